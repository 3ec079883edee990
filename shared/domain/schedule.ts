/** When each cue was planned, when it is due now, and how far the show is off its plan. */
import type { DeskCue, ShowHead } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';

export interface CueTimes {
  /** Null for a cue without a time of its own. */
  plannedMs: number | null;
  /** When it went on air, or when it is due as things stand. */
  atMs: number | null;
  actual: boolean;
  /** Actual or due minus planned, ms. */
  offMs: number | null;
}

export interface Schedule {
  times: ReadonlyMap<PollId, CueTimes>;
  /** How far the show runs behind (positive) or ahead of its plan; null without a plan. */
  offMs: number | null;
  expectedEndMs: number | null;
}

type Planned = Pick<DeskCue, 'id' | 'trigger' | 'durationMs' | 'openedAtMs' | 'intake' | 'skipped'>;

function plannedTimes(cues: readonly Planned[], t0Ms: number | null): Map<PollId, number> {
  const byId = new Map(cues.map((cue) => [cue.id, cue]));
  const known = new Map<PollId, number>();
  function planned(cue: Planned, seen: ReadonlySet<PollId>): number | null {
    const found = known.get(cue.id);
    if (found !== undefined) return found;
    const { trigger } = cue;
    let atMs: number | null = null;
    if (trigger?.at !== undefined) atMs = Date.parse(trigger.at);
    else if (trigger?.offsetMs !== undefined) atMs = t0Ms === null ? null : t0Ms + trigger.offsetMs;
    else if (trigger?.after !== undefined && !seen.has(trigger.after)) {
      const before = byId.get(trigger.after);
      // A ring of cues that wait for each other has no time.
      const beforeMs = before ? planned(before, new Set([...seen, cue.id])) : null;
      if (before && beforeMs !== null) atMs = beforeMs + (trigger.on === 'opened' ? 0 : before.durationMs);
    }
    // No calendar has it: an older version took any number.
    if (atMs !== null && Number.isNaN(new Date(atMs).getTime())) return null;
    if (atMs !== null) known.set(cue.id, atMs);
    return atMs;
  }
  for (const cue of cues) planned(cue, new Set());
  return known;
}

const isOver = (cue: Planned) => cue.openedAtMs === undefined && !['draft', 'ready', 'armed'].includes(cue.intake);

/** This desk's estimate of the core's time is better than that. */
const AHEAD_MS = 2_000;

/**
 * A cue fired by hand slips by as much as the one before it did; one that fires by itself is on time again. What is due and
 * hasn't happened slips on with the clock.
 */
export function scheduleOf(cues: readonly Planned[], show: Pick<ShowHead, 't0Ms'>, nowMs: number): Schedule {
  const plan = plannedTimes(cues, show.t0Ms ?? null);
  const times = new Map<PollId, CueTimes>();
  let slipMs = 0;
  let offMs: number | null = null;
  let expectedEndMs: number | null = null;
  let reachedNow = false;
  for (const cue of cues) {
    const plannedMs = plan.get(cue.id) ?? null;
    if (cue.openedAtMs !== undefined) {
      // A GO that lies ahead was stamped by a clock that has been set back since: how late it was can't be told any more.
      const ahead = cue.openedAtMs > nowMs + AHEAD_MS;
      const off = plannedMs === null || ahead ? null : cue.openedAtMs - plannedMs;
      times.set(cue.id, { plannedMs, atMs: cue.openedAtMs, actual: true, offMs: off });
      if (off !== null) {
        slipMs = off;
        offMs = off;
      }
      continue;
    }
    if (plannedMs === null || cue.skipped || isOver(cue)) {
      times.set(cue.id, { plannedMs, atMs: null, actual: false, offMs: null });
      continue;
    }
    if (cue.trigger?.autoGo === true && cue.trigger.after === undefined) slipMs = 0;
    slipMs = Math.max(slipMs, nowMs - plannedMs);
    if (!reachedNow) {
      reachedNow = true;
      // The show is as late as its last cue was, or later once the next one is overdue.
      if (nowMs >= plannedMs) offMs = Math.max(offMs ?? 0, nowMs - plannedMs);
    }
    times.set(cue.id, { plannedMs, atMs: plannedMs + slipMs, actual: false, offMs: slipMs });
    expectedEndMs = Math.max(expectedEndMs ?? 0, plannedMs + slipMs + cue.durationMs);
  }
  return { times, offMs, expectedEndMs };
}
