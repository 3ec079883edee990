/** The act that puts an alarm away, one for each that stands. */
import type { ActionSpec } from './action-specs.ts';

export type AlarmActionId = `seen ${string}`;

export const seenAction = (alarmId: string): AlarmActionId => `seen ${alarmId}`;

export const isAlarmAction = (id: string): id is AlarmActionId => id.startsWith('seen ');

export function alarmSpec(id: AlarmActionId): ActionSpec {
  const intent = { type: 'alarm.seen', payload: { id: id.slice('seen '.length) } } as const;
  return { id, word: 'SEEN', intent, cue: null, say: 'off every desk', gesture: { kind: 'tap' } };
}
