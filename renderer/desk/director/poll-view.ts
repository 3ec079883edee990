/** The poll that the director watches, large: who leads, by how much, how sure that is. */

import { freeze, takesBallots } from '../../../shared/domain/cue-rules.ts';
import { PARTICIPATION, PUSH } from '../../../shared/domain/forecast.ts';
import { leftMs } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import { personIn } from '../../../shared/domain/persons.ts';
import { type Projection, projectShare, projectVotes } from '../../../shared/domain/projection.ts';
import { leadersOf, shareOf, shareText } from '../../../shared/domain/shares.ts';
import type { DeskCue, VisibleTally } from '../../../shared/protocol/desk-state.ts';
import { countdown, grouped, timeOfDay } from '../../ui/format.ts';
import type { RunPoint } from '../history/curves.ts';
import { lastWhere } from '../history/timeline.ts';
import { SILENT_AFTER_MS } from '../store/link-state.ts';
import type { Moment } from '../store/moment.ts';
import { closingWords, optionRows } from '../transport/air-view.ts';
import { averageWords } from '../words/average-words.ts';
import { kindOf } from '../words/cue-words.ts';
import { heldWords } from '../words/held-words.ts';
import { type Tone, toneOf, wordOfMode } from '../words/mode-words.ts';
import { isLive } from '../words/subjects.ts';
import { tallyOf } from '../words/visible-tally.ts';

/** Those who come now are taken to vote as the voters of this long. */
const RECENT_MS = 15_000;

export interface BarRow {
  id: string;
  letter: string;
  text: string;
  count: string;
  /** `37.6`, without its sign; empty where it may not be seen. */
  share: string;
  /** 0..1 of all votes; null where it may not be seen. */
  bar: number | null;
  leads: boolean;
  projected: { low: number; mid: number; high: number; text: string; band: string } | null;
}

export interface PollView {
  cue: DeskCue;
  number: string;
  plate: { tone: Tone; word: string };
  meta: string;
  /** The numbers are sealed: they no longer come with the vitals, and don't age. */
  sealed: boolean;
  votes: string;
  turnout: { label: string; value: string };
  clock: { label: string; value: string };
  rows: readonly BarRow[];
  /** What the shares are of. */
  of: 'votes' | 'voters';
  /** Why there are no numbers, or what is not right with them; null when they are plain. */
  note: string | null;
  /** `Average 7.4 of 10` of a rating. */
  average: string | null;
  /** What stands in place of the bars' numbers when this desk may not see them. */
  kept: string | null;
  longest: number;
  projection: { label: string; value: string; detail: string } | null;
}

export interface PollInput {
  moment: Moment;
  cue: DeskCue;
  /** The run's count as it grew, oldest first; empty while it isn't known. */
  points: readonly RunPoint[];
}

export function pollView({ moment, cue, points }: PollInput): PollView {
  const { show } = moment;
  const tally = tallyOf(cue, moment);
  const projection = projectionOf({ moment, cue });
  const rows = optionRows(cue, tally);
  const longest = rows.reduce((most, { bar }) => Math.max(most, bar ?? 0), 0);
  const leaders = leadersOf(tally);
  return {
    cue,
    number: cue.number,
    plate: { tone: toneOf(cue.intake, show.show.mode), word: wordOfMode(cue.intake, show.show.mode) },
    meta: [kindOf(cue).toLowerCase(), cue.class ?? 'fun', finality(cue, moment)].join(' · '),
    sealed: cue.tally !== undefined,
    votes: tally?.total === undefined ? (keepsTotal(cue) ? 'hidden' : '–') : grouped(tally.total),
    turnout: turnoutOf({ moment, cue, points }),
    clock: clockOf(cue, moment.nowMs),
    rows: rows.map((row) => ({
      ...row,
      share: row.bar === null ? '' : shareText(row.bar),
      leads: leaders.length === 1 && leaders[0] === row.id,
      projected: projectedShare(row.id, { moment, cue, points }, projection),
    })),
    of: freeze(cue).max > 1 ? 'voters' : 'votes',
    note: noteOf(cue, moment),
    average: averageWords(cue, tally),
    kept: keptWords(cue, tally),
    longest,
    projection: projectionWords(projection, moment),
  };
}

function finality(cue: DeskCue, { show }: Moment): string {
  switch (cue.intake) {
    case 'verified':
    case 'archived':
      return cue.verifiedBy === undefined
        ? 'final, verified'
        : `final, verified by ${isolated(personIn(show, cue.verifiedBy))}`;
    case 'closed':
      return 'closed, not final until verified';
    case 'revoked':
      return 'revoked, not counted';
    case 'void':
      return 'declared void';
    default:
      return 'not final until closed and verified';
  }
}

/** Not sent because this desk may not see it, as against not there yet. */
export const keepsTotal = ({ visibility }: DeskCue): boolean =>
  visibility.desk === 'hidden' || visibility.desk === 'percentages';

function keptWords(cue: DeskCue, tally: VisibleTally | null): string | null {
  if (tally?.options !== undefined || !takesBallots(cue.kind)) return null;
  switch (cue.visibility.desk) {
    case 'hidden':
      return 'The numbers are kept from this desk. They stay on the server until the producer releases them here.';
    case 'turnout':
      return 'This desk sees how many have voted, and not for what.';
    default:
      return null;
  }
}

function noteOf(cue: DeskCue, { vitals }: Moment): string | null {
  if (cue.intake === 'revoked') {
    return `Revoked: ${isolated(cue.reason ?? 'no reason given')}. The votes are kept and not counted.`;
  }
  if (cue.intake === 'void') return `Void: ${isolated(cue.reason ?? 'no reason given')}.`;
  if (cue.intake === 'paused') return heldWords(cue);
  const run = vitals?.runs.find(({ runId }) => runId === cue.runId);
  if (isLive(cue) && run?.reconciled === false) return 'Live count and acknowledged receipts differ at this moment.';
  return cue.intake === 'closing' ? closingWords(run ?? null) : null;
}

/** Votes of everybody online, as it is printed: now, or at the end of a run that is over. */
export function turnoutOf({ moment, cue, points }: PollInput): { label: string; value: string; share: number | null } {
  const total = tallyOf(cue, moment)?.total;
  const online = isLive(cue) ? (moment.vitals?.online ?? 0) : (points.at(-1)?.online ?? 0);
  const label = online === 0 ? 'Turnout' : `Turnout of ${grouped(online)} online`;
  // Who has voted and left is no longer online: a share above all of them would say nothing.
  if (total === undefined || online === 0 || total > online) return { label, value: '–', share: null };
  const share = shareOf(total, online);
  return { label, value: shareText(share), share };
}

function clockOf(cue: DeskCue, nowMs: number): PollView['clock'] {
  switch (cue.intake) {
    case 'open':
      return { label: 'Time left', value: countdown(leftMs(cue, nowMs) ?? 0) };
    case 'paused':
      return { label: 'Time left, on hold', value: countdown(leftMs(cue, nowMs) ?? 0) };
    case 'closing':
      return { label: 'Time left', value: '00:00' };
    default: {
      const closedAtMs = cue.closedAtMs ?? cue.closesAtMs;
      return { label: 'Closed at', value: closedAtMs === undefined ? '–' : timeOfDay(closedAtMs) };
    }
  }
}

/** Where the poll is likely to end; null where that can't be told: not open, or counts are kept from this desk. */
export function projectionOf({ moment, cue }: Omit<PollInput, 'points'>): Projection | null {
  const run = moment.vitals?.runs.find(({ runId }) => runId === cue.runId);
  const left = leftMs(cue, moment.nowMs);
  // The clock goes on while the figures stand still: what follows from both together would be wrong.
  if ((moment.vitalsAgeMs ?? 0) > SILENT_AFTER_MS) return null;
  if (cue.intake !== 'open' || run?.total === undefined || run.perS === undefined || left === null) return null;
  const windowMs = cue.windowMs ?? cue.durationMs;
  return projectVotes(
    { votes: run.total, perS: run.perS, elapsedS: (windowMs - left) / 1_000, windowS: windowMs / 1_000 },
    PUSH,
  );
}

/** The votes at the close that the projection speaks of. */
export function projectedVotes(projection: Projection): number | null {
  switch (projection.kind) {
    case 'too-early':
      return null;
    case 'profile':
      return projection.mid;
    case 'present-rate':
      return projection.votes;
  }
}

function projectedShare(
  id: string,
  { moment, cue, points }: PollInput,
  projection: Projection | null,
): BarRow['projected'] {
  const now = tallyOf(cue, moment);
  const end = projection === null ? null : projectedVotes(projection);
  const last = points.at(-1);
  if (end === null || now?.total === undefined || last === undefined) return null;
  const then = lastWhere(points, ({ atMs }) => atMs <= last.atMs - RECENT_MS);
  const countOf = (tally: VisibleTally | undefined) => tally?.options?.find((o) => o.id === id)?.count ?? null;
  const count = countOf(now);
  // A run that is younger than that has nothing but recent votes.
  const before = then === undefined ? 0 : countOf(then);
  if (count === null || before === null || (then !== undefined && then.total === undefined)) return null;
  const share = projectShare(
    { count, recentCount: count - before },
    { votes: now.total, recentVotes: now.total - (then?.total ?? 0), toCome: Math.max(0, end - now.total) },
  );
  if (share === null) return null;
  return { ...share, text: shareText(share.mid), band: `${shareText(share.low)} to ${shareText(share.high)}` };
}

function projectionWords(projection: Projection | null, { vitals }: Moment): PollView['projection'] {
  if (projection === null) return null;
  const online = vitals?.online ?? 0;
  const turnout = (votes: number) =>
    online === 0 || votes > online ? '' : `${Math.round((votes / online) * 100)} % turnout`;
  switch (projection.kind) {
    case 'too-early':
      return { label: 'Projected final votes', value: '–', detail: 'too early to tell' };
    case 'profile': {
      const { low, mid, high } = projection;
      const words = [`${rounded(low)} to ${rounded(high)}`, turnout(mid)].filter((part) => part !== '').join(' · ');
      return { label: 'Projected final votes', value: rounded(mid), detail: words };
    }
    case 'present-rate': {
      const words = ['if the present rate held', turnout(projection.votes)].filter((part) => part !== '').join(' · ');
      return { label: 'Final votes', value: rounded(projection.votes), detail: words };
    }
  }
}

/** No more digits than a projection can bear: three. */
export function rounded(votes: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, votes))) - 2);
  return grouped(Math.round(votes / unit) * unit);
}

/** What the projection rests on, in words for its tooltip and for screen readers. */
export const PROJECTION_RESTS_ON = `Votes: profile “${PUSH.name}” of the forecast (${Math.round(PARTICIPATION * 100)} % take part), read by count and by the present rate; a last call is not in it. Shares: those who still come vote as the last ${RECENT_MS / 1_000} s did; the band is 90 % of chance alone.`;
