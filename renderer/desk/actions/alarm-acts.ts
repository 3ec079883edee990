/** The act that puts an alarm away, one for each that stands. */
import { type Act, plain, TAP } from './act.ts';

export type AlarmActionId = `seen ${string}`;

export const seenAction = (alarmId: string): AlarmActionId => `seen ${alarmId}`;

export const isAlarmAction = (id: string): id is AlarmActionId => id.startsWith('seen ');

export const ALARM_SENDS: Act<'alarm.seen'>['sends'] = {
  'alarm.seen': { ...plain('SEEN'), label: () => 'SEEN alarm' },
};

export function alarmAct(id: AlarmActionId): Act<'alarm.seen'> {
  const intent = { type: 'alarm.seen', payload: { id: id.slice('seen '.length) } } as const;
  return {
    at: () => ({ word: 'SEEN', intent, cue: null, say: 'off every desk', gesture: TAP }),
    key: null,
    // Not listed one by one: the palette leads to the alarms themselves, which want to be read first.
    palette: { airs: false, name: null, also: 'alarm' },
    reason: null,
    sends: ALARM_SENDS,
  };
}
