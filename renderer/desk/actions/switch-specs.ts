/** The acts on degradation switches: pin on, pin off, back to auto, keep a pin for longer, and all back to auto. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { DeskState, SwitchId, SwitchPosition, SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';
import { switchWords } from '../words/measures.ts';
import type { ActionSpec } from './action-specs.ts';

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
}

export function switchIntent({ id, position, reason, revertAfterMs }: SwitchSetting): CommandIntent {
  const revert = revertAfterMs === null ? {} : { revertAfterMs };
  return { type: 'switch.set', payload: { switch: id, position, reason, ...revert } };
}

const toAuto = ({ id }: SwitchState): CommandIntent =>
  switchIntent({ id, position: 'auto', reason: AUTO_REASON, revertAfterMs: null });

export function switchActSpec(id: SwitchActionId, { show, nowMs }: Moment): ActionSpec {
  if (id === 'switches-auto') return allToAuto(id, show);
  for (const state of show.switches) {
    if (id === keepAction(state.id)) return keepSpec(id, state, nowMs);
    const position = POSITIONS.find((candidate) => id === switchAction(state.id, candidate));
    if (position !== undefined) return setSpec(id, state, position);
  }
  return nothing(id, 'SWITCH', 'the core knows no such switch');
}

function setSpec(id: SwitchActionId, state: SwitchState, position: SwitchPosition): ActionSpec {
  const word = switchWords(state.id, position);
  if (position === 'auto') {
    if (state.position === 'auto') return nothing(id, word, 'it is automatic');
    return { id, word, intent: toAuto(state), cue: null, say: 'at once', gesture: { kind: 'tap' } };
  }
  // The reason and the time are asked for; the guard judges the rest already now.
  const intent = switchIntent({ id: state.id, position, reason: 'asked for', revertAfterMs: null });
  const question = { kind: 'switch', switchId: state.id, position } as const;
  return { id, word, intent, cue: null, say: 'asks for a reason', gesture: { kind: 'ask', question } };
}

function keepSpec(id: SwitchActionId, state: SwitchState, nowMs: number): ActionSpec {
  const { position, revertsAtMs } = state;
  const word = `KEEP ${KEEP_MS / 60_000} min`;
  if (position === 'auto' || revertsAtMs === undefined) return nothing(id, word, 'it does not revert');
  const revertAfterMs = Math.max(0, Math.round(revertsAtMs - nowMs)) + KEEP_MS;
  const intent = switchIntent({ id: state.id, position, reason: KEEP_REASON, revertAfterMs });
  return { id, word, intent, cue: null, say: 'longer', gesture: { kind: 'tap' } };
}

function allToAuto(id: SwitchActionId, { switches }: DeskState): ActionSpec {
  const word = 'ALL TO AUTO';
  const pinned = switches.filter((state) => state.position !== 'auto');
  const [first, ...others] = pinned.map(toAuto);
  if (first === undefined) return nothing(id, word, 'none is pinned');
  const say = pinned.length === 1 ? '1 is pinned' : `${pinned.length} are pinned`;
  return { id, word, intent: first, cue: null, say, gesture: { kind: 'each', others } };
}

function nothing(id: SwitchActionId, word: string, say: string): ActionSpec {
  return { id, word, intent: null, cue: null, say, gesture: { kind: 'tap' } };
}
