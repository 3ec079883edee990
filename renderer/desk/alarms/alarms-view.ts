/** The alarms that nobody has acknowledged, in words. */
import type { Alarm } from '../../../shared/protocol/vitals.ts';
import { timeOfDay } from '../../ui/format.ts';

export interface AlarmRow {
  id: string;
  time: string;
  /** What is wrong, in a line. */
  title: string;
  /** What was said beyond that, such as the last words of a part that died; null where that was all. */
  rest: string | null;
}

export interface AlarmsView {
  /** Newest first. */
  rows: readonly AlarmRow[];
  /** `2 alarms` */
  count: string;
  /** For whom the count alone says too little: with the newest of them. */
  says: string;
}

/** What is wrong; a part that died has more to say below it. */
export function firstLine(message: string): string {
  return (message.trim().split('\n')[0] ?? '').trim();
}

export function alarmRow({ id, message, atMs }: Alarm): AlarmRow {
  const title = firstLine(message);
  const rest = message.trim().slice(title.length).trim();
  return { id, time: timeOfDay(atMs), title, rest: rest === '' ? null : rest };
}

/** @param alarms oldest first, as the core has them: by their times they would change places when somebody sets the clock */
export function alarmsView(alarms: readonly Alarm[]): AlarmsView {
  const rows = alarms.map(alarmRow).reverse();
  const count = `${rows.length} ${rows.length === 1 ? 'alarm' : 'alarms'}`;
  const [newest] = rows;
  const says =
    newest === undefined
      ? 'No alarm stands'
      : `${count}. ${rows.length === 1 ? 'Since' : 'The newest, since'} ${newest.time}: ${newest.title}`;
  return { rows, count, says };
}
