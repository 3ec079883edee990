/**
 * The measures that spare the audience edge, as one table: each is a switch of its own on the operator's board. What is on
 * follows from what people have set and from the level; what viewers are told follows from what is on.
 */
import type { Hints } from '../protocol/audience.ts';
import type { Act, SwitchId, SwitchPosition, SwitchState } from '../protocol/desk-state.ts';

export interface SwitchSpec {
  readonly id: SwitchId;
  readonly name: string;
  /** What the audience notices while it is on. */
  readonly notices: string;
  /** What it is bought with, and what it leaves alone. */
  readonly cost: string;
  /** The lowest level at which the automatic turns it on; 1 or more, since level 0 is normal. */
  readonly fromLevel: number;
  /** What viewers are told differently while it is on. */
  readonly hints: Partial<Hints>;
}

/** What the audience is told while nothing is degraded. */
export const CALM_HINTS: Hints = { level: 0, cadenceMs: 1_000, jitterMs: 3_000, retryAfterMs: 1_000, transport: 'ws' };

/** In the order of the ladder: what comes later, and the stronger of two that say the same thing, wins. */
export const SWITCHES: readonly SwitchSpec[] = [
  {
    id: 'results-cadence',
    name: 'Slower results',
    notices: 'Phones get live results every 3 s, not every second',
    cost: 'Bars on phones move in larger steps; opening, closing and every receipt come as fast as before',
    fromLevel: 1,
    hints: { cadenceMs: 3_000 },
  },
];

/** What people have set a switch to. */
export interface SwitchSetting {
  readonly position: SwitchPosition;
  /** Null once the server has taken it back to auto. */
  readonly reason: string | null;
  readonly setBy: Act;
  /** Core time at which it goes back to auto; null: when somebody sets it. */
  readonly revertsAtMs: number | null;
  /** Journal sequence with which it was set. */
  readonly revision: number;
}
/** A switch that nobody has touched is not in it. */
export type SwitchSettings = Readonly<Partial<Record<SwitchId, SwitchSetting>>>;

/** The switch of that name, or null. */
export function switchSpec(id: string): SwitchSpec | null {
  return SWITCHES.find((spec) => spec.id === id) ?? null;
}

/**
 * Whether a switch is asked for. A pin is a person's word and holds whatever the level does: pinned on stays on when the
 * level falls (never below), pinned off stays off when it rises. What rises above a pin are the other switches, which
 * each follow the level on their own.
 */
export function requested(spec: SwitchSpec, setting: SwitchSetting | undefined, level: number): boolean {
  const position = setting?.position ?? 'auto';
  return position === 'auto' ? level >= spec.fromLevel : position === 'on';
}

/** The level and the switches that are asked for at it, in the order of the ladder. */
export interface Measures {
  readonly level: number;
  readonly on: readonly SwitchId[];
}

export function measuresOf(settings: SwitchSettings, level: number): Measures {
  const on = SWITCHES.filter((spec) => requested(spec, settings[spec.id], level)).map(({ id }) => id);
  return { level, on };
}

/** What viewers are told under these measures; `jitterMs`: over what time those of a dead edge come back. */
export function hintsFor({ level, on }: Measures, jitterMs: number = CALM_HINTS.jitterMs): Hints {
  const changed = SWITCHES.filter(({ id }) => on.includes(id)).map(({ hints }) => hints);
  return Object.assign({ ...CALM_HINTS, level, jitterMs }, ...changed) as Hints;
}

/** The switches as a desk sees them. `inForce`: those that every living edge has confirmed. */
export function switchStates(
  { switches, level }: { switches: SwitchSettings; level: number },
  inForce: readonly SwitchId[],
): SwitchState[] {
  return SWITCHES.map((spec) => {
    const { id } = spec;
    const setting = switches[id];
    const isRequested = requested(spec, setting, level);
    const state = { id, requested: isRequested, inForce: isRequested && inForce.includes(id) };
    if (setting === undefined) return { ...state, position: 'auto', revision: 0 };
    const { position, reason, setBy, revertsAtMs, revision } = setting;
    return {
      ...state,
      position,
      revision,
      ...(reason === null ? {} : { reason }),
      setBy,
      ...(revertsAtMs === null ? {} : { revertsAtMs }),
    };
  });
}
