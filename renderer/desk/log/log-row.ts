/** One line of a log, from this desk's own entry or from the journal of the whole show. */
import { isolated } from '../../../shared/domain/isolated.ts';
import { nameOf } from '../../../shared/domain/persons.ts';
import { shareText } from '../../../shared/domain/shares.ts';
import type { CommandAnswer, Conflict } from '../../../shared/protocol/commands.ts';
import type { Concentration } from '../../../shared/protocol/desk-state.ts';
import type { LogEntry } from '../../../shared/protocol/logbook.ts';
import type { JournalEntry } from '../../../shared/protocol/records.ts';
import { counted, timeOfDay } from '../../ui/format.ts';
import type { LoggedFields } from '../actions/act.ts';
import { knownWords, wordOf } from '../actions/command-words.ts';
import type { DeskEntry } from '../logbook/desk-entry.ts';
import { concentrationView } from '../networks/concentration-view.ts';
import type { OutcomeGroup } from '../store/log-window.ts';
import { switchWords } from '../words/measures.ts';
import type { LogNames } from './log-names.ts';

export interface LogRow {
  /** Unique in its log, and the same over reloads. */
  key: string;
  seq: number;
  /** The command's id. */
  id: string;
  atMs: number;
  /** `21:14:37` */
  time: string;
  /** `21 Nov` */
  day: string;
  /** `GO` */
  action: string;
  type: string;
  /** Null: it concerns no cue. `number` null: it is no longer in the rundown, and nobody knows what it was called there. */
  cue: { id: string; number: string | null; text: string } | null;
  /** What they are called now. */
  who: string;
  /** Their id: the same under whatever name. */
  actor: string;
  /** Whether a person did it, the server by itself, or it is a note about a desk or an id. */
  by: 'person' | 'server' | 'note';
  source: string;
  outcome: { group: OutcomeGroup; word: string };
  /** What the command said beyond its word: a time, a reason, a surface. */
  said: string;
  /** Null where it was accepted. */
  code: string | null;
  message: string | null;
  latencyMs: number | null;
  marks: readonly string[];
  conflict: (Conflict & { who: string }) | null;
  command: unknown;
  answer: CommandAnswer | null;
}

const OUTCOMES: Readonly<Record<NonNullable<LogEntry['outcome']>, LogRow['outcome']>> = {
  accepted: { group: 'accepted', word: 'accepted' },
  refused: { group: 'refused', word: 'refused' },
  unknown: { group: 'no-answer', word: 'no answer' },
  'not-sent': { group: 'lost', word: 'not sent' },
  'never-seen': { group: 'lost', word: 'never arrived' },
  error: { group: 'lost', word: 'failed' },
};
const WAITING: LogRow['outcome'] = { group: 'no-answer', word: 'waiting' };

/** It was in force first, and journaled when the disk took writes again. */
export const UNJOURNALED = 'in force before it was in the journal';

const isUnjournaled = (answer: CommandAnswer | null): boolean =>
  answer?.status === 'accepted' && answer.journaled === false;

export function deskRow(entry: DeskEntry, names: LogNames): LogRow {
  return {
    ...when(entry.atMs),
    ...what(entry.type, entry.target, names),
    key: entry.id,
    seq: entry.seq,
    id: entry.id,
    ...whose(entry, names),
    by: 'person',
    source: entry.source,
    outcome: entry.outcome === null ? WAITING : OUTCOMES[entry.outcome],
    said: saidIn(entry.type, entry.command),
    code: entry.code,
    message: entry.message,
    latencyMs: entry.latencyMs,
    marks: [
      ...(isUnjournaled(entry.answer) ? [UNJOURNALED] : []),
      ...(entry.waits ? ['not with the core yet'] : []),
      ...(entry.loggedLate ? ['logged late'] : []),
      ...(entry.settled ? ['asked afterwards'] : []),
      ...(entry.server === undefined ? [] : [`sent to ${entry.server}`]),
    ],
    conflict: conflictOf(entry.answer, names),
    command: entry.command,
    answer: entry.answer,
  };
}

export function journalRow(entry: JournalEntry, names: LogNames): LogRow {
  const { answer } = entry;
  const refused = answer.status === 'refused' ? answer : null;
  return {
    ...when(entry.atMs),
    ...what(entry.type, entry.target ?? null, names),
    key: String(entry.revision),
    seq: entry.revision,
    id: entry.commandId,
    ...whose(entry, names),
    by: entry.source === 'server' ? 'server' : isNote(entry.type) ? 'note' : 'person',
    source: entry.source.replace(':', ' '),
    outcome: OUTCOMES[answer.status],
    said: saidIn(entry.type, entry.command),
    code: refused?.code ?? null,
    message: refused?.message ?? null,
    latencyMs: null,
    marks: isUnjournaled(answer) ? [UNJOURNALED] : [],
    conflict: conflictOf(answer, names),
    command: entry.command,
    answer,
  };
}

/** `8 Should the jury save stand?`; the id where the cue is gone. */
export function cueWords({ cue }: Pick<LogRow, 'cue'>): string {
  if (cue === null) return '';
  return cue.number === null ? cue.id : `${cue.number} ${isolated(cue.text)}`;
}

/** `+10 s. Cue 7 is on air until 21:15:00.` The code stands for it where there is no sentence. */
export function detailOf({ said, code, message }: Pick<LogRow, 'said' | 'code' | 'message'>): string {
  return [said, message ?? code ?? ''].filter((part) => part !== '').join('. ');
}

function when(atMs: number): Pick<LogRow, 'atMs' | 'time' | 'day'> {
  return { atMs, time: timeOfDay(atMs), day: dayOf(atMs) };
}

function what(type: string, target: string | null, names: LogNames): Pick<LogRow, 'type' | 'action' | 'cue'> {
  const named = target === null ? undefined : names.cues.get(target);
  const cue = target === null ? null : { id: target, number: named?.number ?? null, text: named?.text ?? '' };
  return { type, action: wordOf(type), cue };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `21 Nov`, in this machine's zone. */
export function dayOf(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}`;
}

const isNote = (type: string): boolean => type.startsWith('session.') || type === 'command.barred';

function whose({ actor }: { actor: string }, { people }: LogNames): Pick<LogRow, 'who' | 'actor'> {
  return { who: nameOf(people, actor), actor };
}

function conflictOf(answer: CommandAnswer | null, { people }: LogNames): LogRow['conflict'] {
  if (answer?.status !== 'refused' || answer.conflict === undefined) return null;
  return { ...answer.conflict, who: nameOf(people, answer.conflict.actor) };
}

function fieldsOf(value: unknown): LoggedFields {
  return typeof value === 'object' && value !== null ? (value as LoggedFields) : {};
}

/** `leo 55.6 %`, as it was printed on every screen. */
function sharedIn(option: unknown): string[] {
  const { id, share } = fieldsOf(option);
  return typeof id === 'string' && typeof share === 'number' ? [`${id} ${shareText(share)} %`] : [];
}

/** `4,310 of 18,204 from 2 networks with over 183 ballots each`, as it was at the seal. */
function concentratedIn(found: unknown, total: unknown): string[] {
  const { ballots, networks, above } = fieldsOf(found);
  if (![ballots, networks, above, total].every((n) => typeof n === 'number')) return [];
  const words = concentrationView({ ballots, networks, above } as Concentration, total as number);
  return words === null ? [] : [words.text];
}

function saidIn(type: string, command: unknown): string {
  const whole = fieldsOf(command);
  const payload = fieldsOf(whole.payload);
  const texts = (from: LoggedFields, ...names: string[]) =>
    names
      .map((name) => from[name])
      .filter((word) => typeof word === 'string')
      .join(' ');
  const said = knownWords(type)?.said ?? null;
  if (said !== null) return said(payload);
  switch (type) {
    case 'system.revert':
      return [switchWords(texts(whole, 'switch'), 'auto'), texts(whole, 'reason')].filter((p) => p !== '').join(', ');
    case 'system.level':
      return [`${whole.from} to ${whole.to}`, texts(whole, 'cause')].join(', ');
    case 'system.seal': {
      const { total, options } = fieldsOf(whole.tally);
      const votes = typeof total === 'number' ? [counted(total, 'vote', 'votes')] : [];
      const shares = Array.isArray(options) ? options.flatMap(sharedIn) : [];
      return [...votes, ...shares, ...concentratedIn(whole.concentrated, total)].join(', ');
    }
    case 'system.alarm':
      return texts(whole, 'message').split('\n')[0] ?? '';
    case 'show.import':
      return texts(whole, 'title', 'mode');
    case 'session.open':
      return Array.isArray(whole.roles) ? whole.roles.join(', ') : '';
    default:
      return texts(payload, 'surface', 'visibility', 'mode', 'reason', 'override');
  }
}
