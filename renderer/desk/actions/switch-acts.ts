/** The acts on degradation switches: pin on, pin off, back to auto, keep a pin for longer, and all back to auto. */
import type { IntentOf } from '../../../shared/domain/guards.ts';
import type { SwitchId, SwitchPosition, SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';
import { shift } from '../words/keys.ts';
import { switchWords } from '../words/measures.ts';
import { type Act, type LoggedFields, nothing, plain, type Stand, TAP } from './act.ts';

export type SwitchActionId = `switch ${SwitchId} ${SwitchPosition}` | `keep ${SwitchId}` | 'switches-auto';

export const POSITIONS: readonly SwitchPosition[] = ['auto', 'on', 'off'];
/** How much longer KEEP keeps a pin. */
export const KEEP_MS = 5 * 60_000;
/** What the log says where nobody has to be asked for a reason. */
const AUTO_REASON = 'back to automatic';
const KEEP_REASON = 'kept for 5 min more';

export const switchAction = (id: SwitchId, position: SwitchPosition): SwitchActionId => `switch ${id} ${position}`;
export const keepAction = (id: SwitchId): SwitchActionId => `keep ${id}`;

export function isSwitchAction(id: string): id is SwitchActionId {
  return id === 'switches-auto' || id.startsWith('switch ') || id.startsWith('keep ');
}

export interface SwitchSetting {
  id: SwitchId;
  position: SwitchPosition;
  reason: string;
  /** Null: it stays until somebody changes it. */
  revertAfterMs: number | null;
  /** Of the switch, as whoever sets it saw it: who sets it after somebody else is told. */
  revision: number;
}

export function switchIntent({ id, position, reason, revertAfterMs, revision }: SwitchSetting): IntentOf<'switch.set'> {
  const revert = revertAfterMs === null ? {} : { revertAfterMs };
  return { type: 'switch.set', payload: { switch: id, position, reason, ...revert }, expectedRevision: revision };
}

const toAuto = ({ id, revision }: SwitchState): IntentOf<'switch.set'> =>
  switchIntent({ id, position: 'auto', reason: AUTO_REASON, revertAfterMs: null, revision });

export const SWITCH_SENDS: Act<'switch.set'>['sends'] = {
  'switch.set': {
    ...plain('SWITCH'),
    label: ({ payload }) => switchWords(payload.switch, payload.position),
    said,
  },
};

function said(payload: LoggedFields): string {
  const { position, reason } = payload;
  const id = typeof payload.switch === 'string' ? payload.switch : '';
  const words = POSITIONS.flatMap((known) => (known === position ? [switchWords(id, known)] : []));
  return [...words, typeof reason === 'string' ? reason : ''].filter((part) => part !== '').join(', ');
}

/** Every switch changes what viewers get. */
const OF_SWITCHES = {
  palette: { airs: true, name: null, also: 'degradation measure ladder switch' },
  reason: null,
  sends: SWITCH_SENDS,
} as const;

/** Those that a show may have, one by one: which there are is the show's matter. */
export function switchActIds(switches: readonly Pick<SwitchState, 'id'>[]): readonly SwitchActionId[] {
  return switches.flatMap(({ id }) => [...POSITIONS.map((position) => switchAction(id, position)), keepAction(id)]);
}

export function switchAct(id: SwitchActionId): Act<'switch.set'> {
  return id === 'switches-auto' ? ALL_TO_AUTO : { ...OF_SWITCHES, at: (moment) => standOf(id, moment), key: null };
}

const ALL_TO_AUTO: Act<'switch.set'> = {
  ...OF_SWITCHES,
  at({ show }) {
    const word = 'ALL TO AUTO';
    const pinned = show.switches.filter((state) => state.position !== 'auto');
    const [first, ...others] = pinned.map(toAuto);
    if (first === undefined) return nothing(word, 'none is pinned');
    const say = pinned.length === 1 ? '1 is pinned' : `${pinned.length} are pinned`;
    return { word, intent: first, cue: null, say, gesture: { kind: 'each', others } };
  },
  key: { chords: [shift('u')], group: 'platform', place: 1, says: 'All switches to auto' },
};

function standOf(id: SwitchActionId, { show, nowMs }: Moment): Stand<IntentOf<'switch.set'>> {
  for (const state of show.switches) {
    if (id === keepAction(state.id)) return keepStand(state, nowMs);
    const position = POSITIONS.find((candidate) => id === switchAction(state.id, candidate));
    if (position !== undefined) return setStand(state, position);
  }
  return nothing('SWITCH', 'the core knows no such switch');
}

function setStand(state: SwitchState, position: SwitchPosition): Stand<IntentOf<'switch.set'>> {
  const word = switchWords(state.id, position);
  if (position === 'auto') {
    if (state.position === 'auto') return nothing(word, 'it is automatic');
    return { word, intent: toAuto(state), cue: null, say: 'at once', gesture: TAP };
  }
  // The reason and the time are asked for; the guard judges the rest already now.
  const { id, revision } = state;
  const intent = switchIntent({ id, position, reason: 'asked for', revertAfterMs: null, revision });
  // As it stands when it is asked: somebody else may set it while the question is open.
  const question = { kind: 'switch', switchId: state.id, position, revision } as const;
  return { word, intent, cue: null, say: 'asks for a reason', gesture: { kind: 'ask', question } };
}

function keepStand({ id, position, revertsAtMs, revision }: SwitchState, nowMs: number): Stand<IntentOf<'switch.set'>> {
  const word = `KEEP ${KEEP_MS / 60_000} min`;
  if (position === 'auto' || revertsAtMs === undefined) return nothing(word, 'it does not revert');
  const revertAfterMs = Math.max(0, Math.round(revertsAtMs - nowMs)) + KEEP_MS;
  const intent = switchIntent({ id, position, reason: KEEP_REASON, revertAfterMs, revision });
  return { word, intent, cue: null, say: 'longer', gesture: TAP };
}
