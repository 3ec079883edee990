/** The rows of the log, from this desk's logbook or, in a browser, from the core's journal. */
import type { JournalEntry } from '../../../shared/protocol/desk.ts';
import type { LogEntry } from '../../../shared/protocol/logbook.ts';
import { timeOfDay } from '../../ui/format.ts';
import { wordOf } from '../commands/labels.ts';

export interface LogRow {
  key: string;
  time: string;
  action: string;
  target: string;
  who: string;
  source: string;
  outcome: { word: string; tone: 'ok' | 'warn' | 'waiting' };
  detail: string;
  latency: string;
  marks: readonly string[];
}

const OUTCOMES: Readonly<Record<NonNullable<LogEntry['outcome']>, LogRow['outcome']>> = {
  accepted: { word: 'accepted', tone: 'ok' },
  refused: { word: 'refused', tone: 'warn' },
  unknown: { word: 'unknown', tone: 'warn' },
  'not-sent': { word: 'not sent', tone: 'warn' },
  'never-seen': { word: 'never arrived', tone: 'warn' },
  error: { word: 'failed', tone: 'warn' },
};

/** `nameOf` gives the cue's number where it is still in the rundown. */
export function deskRow(entry: LogEntry, nameOf: (cueId: string) => string): LogRow {
  return {
    key: String(entry.seq),
    time: timeOfDay(entry.atMs),
    action: wordOf(entry.type),
    target: entry.target === null ? '' : nameOf(entry.target),
    who: entry.actor,
    source: entry.source,
    outcome: entry.outcome === null ? { word: 'waiting', tone: 'waiting' } : OUTCOMES[entry.outcome],
    detail: [entry.code, entry.message].filter((part) => part !== null).join(': '),
    latency: entry.latencyMs === null ? '' : `${Math.round(entry.latencyMs)} ms`,
    marks: [...(entry.loggedLate ? ['logged late'] : []), ...(entry.settled ? ['asked afterwards'] : [])],
  };
}

export function journalRow(entry: JournalEntry, nameOf: (cueId: string) => string): LogRow {
  const { answer } = entry;
  return {
    key: String(entry.revision),
    time: timeOfDay(entry.atMs),
    action: wordOf(entry.type),
    target: entry.target === undefined ? '' : nameOf(entry.target),
    who: entry.actor,
    source: entry.source,
    outcome: OUTCOMES[answer.status],
    detail: answer.status === 'refused' ? `${answer.code}: ${answer.message}` : '',
    latency: '',
    marks: [],
  };
}
