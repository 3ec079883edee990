/** The rows of the log, from this desk's logbook or, in a browser, from the core's journal. */
import type { JournalEntry } from '../../../shared/protocol/desk.ts';
import type { LogEntry } from '../../../shared/protocol/logbook.ts';
import { timeOfDay } from '../../ui/format.ts';
import { secondsOf, wordOf } from '../commands/labels.ts';

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

/** What the command said beyond its word: a time, a reason, a surface. Logged commands are of any age, so nothing is taken for granted. */
function payloadWords(command: unknown): string {
  const payload = typeof command === 'object' && command !== null && 'payload' in command ? command.payload : null;
  if (typeof payload !== 'object' || payload === null) return '';
  const field = (name: string): unknown => (payload as Record<string, unknown>)[name];
  const byMs = field('byMs');
  if (typeof byMs === 'number') return secondsOf(byMs);
  const words = ['surface', 'visibility', 'mode', 'reason', 'override']
    .map(field)
    .filter((word) => typeof word === 'string');
  return words.join(' ');
}

function detailOf(command: unknown, code: string | null, message: string | null): string {
  const why = [code, message].filter((part) => part !== null).join(': ');
  return [payloadWords(command), why].filter((part) => part !== '').join('. ');
}

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
    detail: detailOf(entry.command, entry.code, entry.message),
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
    detail:
      answer.status === 'refused'
        ? detailOf(entry.command, answer.code, answer.message)
        : detailOf(entry.command, null, null),
    latency: '',
    marks: [],
  };
}
