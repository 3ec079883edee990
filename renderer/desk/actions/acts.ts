/** The table of all acts: buttons, keys, the palette and questions read it. A new act is a record in one of its files. */
import type { CommandIntent } from '../../../shared/domain/guards.ts';
import type { SwitchState } from '../../../shared/protocol/desk-state.ts';
import type { Moment } from '../store/moment.ts';
import type { Question } from '../store/window-store.ts';
import type { AnyAct, AskedReason, Stand } from './act.ts';
import { AIR_ACTS } from './air-acts.ts';
import { type AlarmActionId, alarmAct, isAlarmAction } from './alarm-acts.ts';
import { CUE_ACTS } from './cue-acts.ts';
import { PLATFORM_ACTS } from './platform-acts.ts';
import { RESULT_ACTS } from './result-acts.ts';
import { ROUND_ACTS } from './round-acts.ts';
import { SHOW_ACTS } from './show-acts.ts';
import { SURFACE_ACTS } from './surface-acts.ts';
import { isSwitchAction, type SwitchActionId, switchAct, switchActIds } from './switch-acts.ts';

/** Those that there is one of, in the order in which the palette lists them. */
export const ACTS = {
  ...CUE_ACTS,
  ...AIR_ACTS,
  ...RESULT_ACTS,
  ...SURFACE_ACTS,
  ...SHOW_ACTS,
  ...ROUND_ACTS,
  ...PLATFORM_ACTS,
} as const;

type PlainActionId = keyof typeof ACTS;
export type ActionId = PlainActionId | SwitchActionId | AlarmActionId;

export function actOf(id: ActionId): AnyAct {
  if (isSwitchAction(id)) return switchAct(id);
  return isAlarmAction(id) ? alarmAct(id) : ACTS[id];
}

export interface ActionSpec extends Stand<CommandIntent> {
  id: ActionId;
}

/** The act as it stands at this moment. */
export const specOf = (id: ActionId, moment: Moment): ActionSpec => ({ id, ...actOf(id).at(moment) });

/** Those that stand by themselves, and of the switches the one that is about them all. */
export const SINGLE_ACTS: readonly ActionId[] = [...(Object.keys(ACTS) as PlainActionId[]), 'switches-auto'];

/** Every act there is but those on alarms, those on the show's own switches among them. */
export const actIds = (switches: readonly Pick<SwitchState, 'id'>[]): readonly ActionId[] => [
  ...SINGLE_ACTS,
  ...switchActIds(switches),
];

export type ReasonAct = Extract<Question, { kind: 'reason' }>['act'];

/** Who asks for a reason, by the name that the question goes by. */
export const REASONS: Readonly<Record<ReasonAct, AskedReason>> = {
  pause: ACTS['hold-reason'].reason,
  void: ACTS.void.reason,
  revoke: ACTS.revoke.reason,
  override: ACTS.arm.reason,
};
