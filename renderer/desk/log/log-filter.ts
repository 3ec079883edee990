/** Which lines of a log are shown, and what there is to choose from. Pure; a hundred thousand lines take a few ms. */
import { compareNumbers } from '../../../shared/domain/cue-number.ts';
import { folded } from '../../ui/folded.ts';
import type { LogFilter, OutcomeGroup } from '../store/log-window.ts';
import { cueWords, detailOf, type LogRow } from './log-row.ts';

/** Choices of `who` that are no names. */
export const PEOPLE = ':people';
export const SERVER = ':server';

export const isFiltered = (filter: LogFilter): boolean => Object.values(filter).some((value) => value !== '');

/** Made once a row and kept with it: searching reads it at every keystroke. */
const haystacks = new WeakMap<LogRow, string>();

function haystackOf(row: LogRow): string {
  const known = haystacks.get(row);
  if (known !== undefined) return known;
  const cue = row.cue === null ? '' : `cue ${cueWords(row)} ${row.cue.id}`;
  const parts = [
    row.day,
    row.time,
    row.action,
    row.type,
    cue,
    row.who,
    row.actor === row.who ? '' : row.actor,
    row.source,
    row.outcome.word,
    row.code ?? '',
    detailOf(row),
  ];
  const latency = row.latencyMs === null ? '' : `${Math.round(row.latencyMs)} ms`;
  const made = folded([...parts, latency, ...row.marks, row.id].join(' '));
  haystacks.set(row, made);
  return made;
}

/** Minutes since midnight of `21:05`, `2105` or `21`; null for anything else. */
export function minutesOf(time: string): number | null {
  const match = /^([01]?\d|2[0-3])(?::?([0-5]\d))?$/.exec(time.trim());
  return match ? Number(match[1]) * 60 + Number(match[2] ?? 0) : null;
}

function inTimes(atMs: number, from: number | null, to: number | null): boolean {
  if (from === null && to === null) return true;
  const at = new Date(atMs);
  const minute = at.getHours() * 60 + at.getMinutes();
  const [first, last] = [from ?? 0, to ?? 24 * 60 - 1];
  return first <= last ? minute >= first && minute <= last : minute >= first || minute <= last;
}

function isBy(row: LogRow, who: string): boolean {
  if (who === PEOPLE) return row.by === 'person';
  if (who === SERVER) return row.by === 'server';
  return row.actor === who;
}

/** A test for rows. Every word of the search has to stand somewhere in the line. */
export function matcher(filter: LogFilter): (row: LogRow) => boolean {
  const words = folded(filter.query).split(/\s+/).filter(Boolean);
  const [from, to] = [minutesOf(filter.from), minutesOf(filter.to)];
  return (row) =>
    (filter.outcome === '' || row.outcome.group === filter.outcome) &&
    (filter.action === '' || row.action === filter.action) &&
    (filter.who === '' || isBy(row, filter.who)) &&
    (filter.cue === '' || row.cue?.id === filter.cue) &&
    (filter.day === '' || row.day === filter.day) &&
    inTimes(row.atMs, from, to) &&
    words.every((word) => haystackOf(row).includes(word));
}

export interface Facets {
  total: number;
  outcomes: Readonly<Record<OutcomeGroup, number>>;
  actions: readonly string[];
  /** By name; what is chosen is the id, which stays when the name changes. */
  people: readonly { id: string; name: string }[];
  hasServer: boolean;
  cues: readonly { id: string; words: string }[];
  /** In the order of the rows. */
  days: readonly string[];
}

/** Those that have left the rundown stand last. */
function byNumber(a: { id: string; number: string | null }, b: { id: string; number: string | null }): number {
  if (a.number !== null && b.number !== null) return compareNumbers(a.number, b.number);
  return a.number === b.number ? (a.id < b.id ? -1 : 1) : a.number === null ? 1 : -1;
}

/** What can be chosen from these rows, and how many there are of each outcome. */
export function facetsOf(rows: readonly LogRow[]): Facets {
  const outcomes = { accepted: 0, refused: 0, 'no-answer': 0, lost: 0 };
  const [actions, days] = [new Set<string>(), new Set<string>()];
  const people = new Map<string, string>();
  const cues = new Map<string, { id: string; words: string; number: string | null }>();
  let hasServer = false;
  for (const row of rows) {
    outcomes[row.outcome.group] += 1;
    actions.add(row.action);
    days.add(row.day);
    if (row.by === 'server') hasServer = true;
    else people.set(row.actor, row.who);
    if (row.cue !== null && !cues.has(row.cue.id)) {
      const { id, number } = row.cue;
      cues.set(id, { id, words: cueWords(row), number });
    }
  }
  return {
    total: rows.length,
    outcomes,
    actions: [...actions].sort(),
    people: [...people]
      .map(([id, name]) => ({ id, name }))
      .sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1)),
    hasServer,
    cues: [...cues.values()].sort(byNumber),
    days: [...days],
  };
}
