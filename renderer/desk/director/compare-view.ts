/** Two polls at the same moment after GO. */
import { shareOf, shareText } from '../../../shared/domain/shares.ts';
import type { DeskCue, VisibleTally } from '../../../shared/protocol/desk-state.ts';
import { grouped } from '../../ui/format.ts';
import { sinceGo } from '../charts/axis.ts';
import { type Counted, ratesOf } from '../charts/rates.ts';
import type { RunPoint } from '../history/curves.ts';
import { lastWhere } from '../history/timeline.ts';
import { type ConcentrationView, concentrationOfCue } from '../networks/concentration-view.ts';
import type { Moment } from '../store/moment.ts';
import { cueName } from '../words/labels.ts';
import { isLive } from '../words/subjects.ts';
import { tallyOf } from '../words/visible-tally.ts';
import { type PollInput, projectionOf, rounded, turnoutOf } from './poll-view.ts';

export interface CompareCell {
  value: string;
  unit: string;
}

export interface CompareRow {
  name: string;
  now: CompareCell;
  before: CompareCell;
  change: CompareCell;
}

export interface CompareView {
  at: string;
  now: string;
  before: string;
  rows: readonly CompareRow[];
  /** Of which of the two much came from few networks, as they stand now. */
  concentrated: readonly { about: string; words: ConcentrationView }[];
  /** Why there is nothing to compare in some cells; null when all are there. */
  note: string | null;
}

export interface CompareInput extends PollInput {
  run: Counted;
  other: DeskCue;
  /** Null while it isn't known. */
  otherRun: Counted | null;
}

/** How long after its GO a poll stands, ms: until now, or until its end. */
export function sinceGoMs(cue: DeskCue, nowMs: number): number {
  const openedAtMs = cue.openedAtMs ?? nowMs;
  const endMs = isLive(cue) ? nowMs : (cue.closesAtMs ?? cue.closedAtMs ?? nowMs);
  return Math.max(0, endMs - openedAtMs);
}

/** The last count at or before a moment; a run that was over by then stands at its end. Null before the first. */
export function pointAt({ points, stepMs }: Counted, atMs: number): RunPoint | null {
  // A step's count is that of its end, and half a step too late is nearer than half a step too early.
  return lastWhere(points, (point) => point.atMs + stepMs / 2 <= atMs) ?? null;
}

/** Votes by which the first leads the second; null where counts may not be seen. */
export function leadOf(tally: VisibleTally | null): number | null {
  const counts = tally?.options?.flatMap(({ count }) => (count === undefined ? [] : [count])) ?? [];
  if (counts.length < 2) return null;
  const [first = 0, second = 0] = counts.sort((a, b) => b - a);
  return first - second;
}

const signed = (n: number, words: string): string => (n > 0 ? `+${words}` : n < 0 ? `−${words}` : words);
const NOTHING: CompareCell = { value: '–', unit: '' };

const votes = (n: number | null): CompareCell => (n === null ? NOTHING : { value: grouped(n), unit: '' });
const share = (n: number | null): CompareCell => (n === null ? NOTHING : { value: shareText(n), unit: '%' });
const rate = (n: number | null): CompareCell => (n === null ? NOTHING : { value: grouped(n), unit: '/s' });

function relative(now: number | null, before: number | null): CompareCell {
  if (now === null || before === null || before === 0) return NOTHING;
  const change = now / before - 1;
  if (change >= 10) return { value: `× ${Math.round(now / before)}`, unit: '' };
  return { value: signed(change, shareText(Math.abs(change))), unit: '%' };
}
/** Of what is printed on either side: what stands there is what the difference is taken of. */
function points(now: number | null, before: number | null): CompareCell {
  if (now === null || before === null) return NOTHING;
  return { value: signed(now - before, shareText(Math.abs(now - before))), unit: 'points' };
}
function difference(now: number | null, before: number | null): CompareCell {
  if (now === null || before === null) return NOTHING;
  const by = Math.abs(now - before);
  return { value: signed(now - before, grouped(by)), unit: by === 1 ? 'vote' : 'votes' };
}

/** Only what follows the profile is worth setting beside a final count. */
function projected(input: PollInput): CompareCell {
  const projection = projectionOf(input);
  if (projection?.kind !== 'profile') return NOTHING;
  return { value: rounded(projection.mid), unit: 'projected' };
}

function lastRate(run: Counted, cue: DeskCue, untilMs: number): number | null {
  const openedAtMs = cue.openedAtMs ?? 0;
  return lastWhere(ratesOf(run, openedAtMs), ({ s }) => s * 1_000 <= untilMs)?.perS ?? null;
}

export function compareView(input: CompareInput): CompareView {
  const { moment, cue, other, run, otherRun } = input;
  const sinceMs = sinceGoMs(cue, moment.nowMs);
  const then = otherRun === null ? null : pointAt(otherRun, (other.openedAtMs ?? 0) + sinceMs);
  const tally = tallyOf(cue, moment);
  const total = tally?.total ?? null;
  const thenTotal = then?.total ?? null;
  const turnout = turnoutOf(input).share;
  const thenTurnout =
    then === null || thenTotal === null || then.online < thenTotal || then.online === 0
      ? null
      : shareOf(thenTotal, then.online);
  const [lead, thenLead] = [leadOf(tally), leadOf(then)];
  const perS = isLive(cue)
    ? (moment.vitals?.runs.find(({ runId }) => runId === cue.runId)?.perS ?? null)
    : lastRate(run, cue, sinceMs);
  const otherEndsMs = sinceGoMs(other, moment.nowMs);
  const wasOver = sinceMs > otherEndsMs + 1_000;
  const thenPerS = otherRun === null ? null : wasOver ? 0 : lastRate(otherRun, other, sinceMs);
  const final = other.tally?.total ?? otherRun?.points.at(-1)?.total ?? null;
  return {
    at: isLive(cue) ? `at ${sinceGo(sinceMs / 1_000)} after GO` : `at its close, ${sinceGo(sinceMs / 1_000)} after GO`,
    now: `${capital(cueName(moment.show.cues, cue.id))} ${isLive(cue) ? 'now' : 'at its close'}`,
    before: `${capital(cueName(moment.show.cues, other.id))} ${wasOver ? 'at its end' : 'then'}`,
    rows: [
      { name: 'Votes', now: votes(total), before: votes(thenTotal), change: relative(total, thenTotal) },
      { name: 'Turnout', now: share(turnout), before: share(thenTurnout), change: points(turnout, thenTurnout) },
      { name: 'Lead of the first', now: votes(lead), before: votes(thenLead), change: difference(lead, thenLead) },
      { name: 'Votes per second', now: rate(perS), before: rate(thenPerS), change: relative(perS, thenPerS) },
      {
        name: 'Final votes',
        now: isLive(cue) ? projected(input) : votes(total),
        before: votes(final),
        change: isLive(cue) ? NOTHING : relative(total, final),
      },
    ],
    concentrated: [cue, other].flatMap((of) => concentratedIn(of, moment)),
    note: noteOf(cue, other, moment, otherRun),
  };
}

function concentratedIn(cue: DeskCue, moment: Moment): CompareView['concentrated'] {
  const words = concentrationOfCue(cue, moment);
  return words === null ? [] : [{ about: capital(cueName(moment.show.cues, cue.id)), words }];
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function noteOf(cue: DeskCue, other: DeskCue, { show }: Moment, otherRun: Counted | null): string | null {
  const kept = [cue, other].find(({ visibility }) => visibility.desk === 'hidden' || visibility.desk === 'percentages');
  if (kept !== undefined) return `The counts of ${cueName(show.cues, kept.id)} are kept from this desk.`;
  if (otherRun !== null && otherRun.points.length === 0) {
    return `Nothing is kept of how ${cueName(show.cues, other.id)} grew.`;
  }
  return null;
}
