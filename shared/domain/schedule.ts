/** When each cue is planned, expected and due, and how far the show is off its plan: worked out here alone, for core and desk. */

import type { DeskCue, ShowHead } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';
import type { Trigger } from '../protocol/show-file.ts';
import { isBeforeGo } from './intakes.ts';

/** Times are core epoch ms. */
export interface CueTimes {
  /** Null for a cue without a time of its own. */
  plannedMs: number | null;
  /** When it went on air, or when it is expected to as things stand. */
  atMs: number | null;
  actual: boolean;
  /** Actual or expected minus planned, ms. */
  offMs: number | null;
  /** When its trigger acts; null for one by hand, and while what it follows has not happened. */
  dueMs: number | null;
}

export interface Schedule {
  times: ReadonlyMap<PollId, CueTimes>;
  /** How far the show runs behind (positive) or ahead of its plan; null without a plan. */
  offMs: number | null;
  expectedEndMs: number | null;
}

/** As much of a cue and its current run as the schedule goes by. */
export type Scheduled = Pick<
  DeskCue,
  'id' | 'trigger' | 'durationMs' | 'openedAtMs' | 'closedAtMs' | 'intake' | 'skipped'
>;

/** When a trigger acts by the clock, epoch ms; null where it follows another cue, or hangs on a start that is not set. */
export function clockMs(trigger: Trigger | undefined, t0Ms: number | null): number | null {
  if (trigger?.at !== undefined) return inCalendar(Date.parse(trigger.at));
  if (trigger?.offsetMs === undefined || t0Ms === null) return null;
  return inCalendar(t0Ms + trigger.offsetMs);
}

/** No calendar has every number: an older version took any. */
function inCalendar(ms: number): number | null {
  return Number.isNaN(new Date(ms).getTime()) ? null : ms;
}

function plannedTimes(byId: ReadonlyMap<PollId, Scheduled>, t0Ms: number | null): ReadonlyMap<PollId, number | null> {
  const known = new Map<PollId, number | null>();
  function planned({ id, trigger }: Scheduled): number | null {
    const found = known.get(id);
    if (found !== undefined) return found;
    // Whoever comes round to it again is in a ring of cues that wait for each other, which has no time.
    known.set(id, null);
    const before = trigger?.after === undefined ? undefined : byId.get(trigger.after);
    const beforeMs = before === undefined ? null : planned(before);
    const afterMs =
      before === undefined || beforeMs === null ? null : beforeMs + (trigger?.on === 'opened' ? 0 : before.durationMs);
    const atMs = clockMs(trigger, t0Ms) ?? (afterMs === null ? null : inCalendar(afterMs));
    known.set(id, atMs);
    return atMs;
  }
  for (const cue of byId.values()) planned(cue);
  return known;
}

/** A run that was taken back triggers nothing. */
function followedMs({ after, on }: Trigger, byId: ReadonlyMap<PollId, Scheduled>): number | null {
  const before = after === undefined ? undefined : byId.get(after);
  if (before === undefined || before.intake === 'revoked' || before.intake === 'void') return null;
  return (on === 'opened' ? before.openedAtMs : before.closedAtMs) ?? null;
}

const isOver = (cue: Scheduled) => cue.openedAtMs === undefined && !isBeforeGo(cue);

/** A desk's estimate of the core's time is better than that. */
const AHEAD_MS = 2_000;

/**
 * A cue fired by hand slips by as much as the one before it did; one that fires by itself is on time again. What is due and
 * hasn't happened slips on with the clock.
 */
export function scheduleOf(cues: readonly Scheduled[], show: Pick<ShowHead, 't0Ms'>, nowMs: number): Schedule {
  const t0Ms = show.t0Ms ?? null;
  const byId = new Map(cues.map((cue) => [cue.id, cue]));
  const plan = plannedTimes(byId, t0Ms);
  const times = new Map<PollId, CueTimes>();
  let slipMs = 0;
  let offMs: number | null = null;
  let expectedEndMs: number | null = null;
  let reachedNow = false;
  for (const cue of cues) {
    const plannedMs = plan.get(cue.id) ?? null;
    const dueMs = clockMs(cue.trigger, t0Ms) ?? (cue.trigger === undefined ? null : followedMs(cue.trigger, byId));
    if (cue.openedAtMs !== undefined) {
      // A GO that lies ahead was stamped by a clock that has been set back since: how late it was can't be told any more.
      const ahead = cue.openedAtMs > nowMs + AHEAD_MS;
      const off = plannedMs === null || ahead ? null : cue.openedAtMs - plannedMs;
      times.set(cue.id, { plannedMs, atMs: cue.openedAtMs, actual: true, offMs: off, dueMs });
      if (off !== null) {
        slipMs = off;
        offMs = off;
      }
      continue;
    }
    if (plannedMs === null || cue.skipped || isOver(cue)) {
      times.set(cue.id, { plannedMs, atMs: null, actual: false, offMs: null, dueMs });
      continue;
    }
    if (cue.trigger?.autoGo === true && cue.trigger.after === undefined) slipMs = 0;
    slipMs = Math.max(slipMs, nowMs - plannedMs);
    if (!reachedNow) {
      reachedNow = true;
      // The show is as late as its last cue was, or later once the next one is overdue.
      if (nowMs >= plannedMs) offMs = Math.max(offMs ?? 0, nowMs - plannedMs);
    }
    times.set(cue.id, { plannedMs, atMs: plannedMs + slipMs, actual: false, offMs: slipMs, dueMs });
    expectedEndMs = Math.max(expectedEndMs ?? 0, plannedMs + slipMs + cue.durationMs);
  }
  return { times, offMs, expectedEndMs };
}
