/** The counts of the runs that this desk has watched or looked at, as they grew. */
import { isUnderWay } from '../../../shared/domain/intakes.ts';
import { stepStart } from '../../../shared/domain/series.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { RunId } from '../../../shared/protocol/ids.ts';
import type { RunVitals } from '../../../shared/protocol/vitals.ts';
import { curveOf, type Fetched, FINE_STEP_MS, type RunCurve, type RunMark, type RunPoint } from './curves.ts';
import { byStep, merged, withPoint } from './timeline.ts';

/** Half an hour by the second; a longer run is kept in steps twice as long, as often as needed. */
export const MOST_POINTS = 1_800;
/** Runs whose curves are kept; the one looked at longest ago leaves. */
export const MOST_RUNS = 16;

export interface RunHistory {
  stepMs: number;
  points: readonly RunPoint[];
  /** What this desk saw happen to its clock, oldest first. */
  marks: readonly RunMark[];
  /** The step that is still going on. */
  open: RunPoint | null;
  /** Null: nobody has looked at it, so nothing was asked for. */
  fetched: Fetched | null;
}

/** The one used last stands last. */
export type RunHistories = ReadonlyMap<RunId, RunHistory>;

const EMPTY: RunHistory = { stepMs: FINE_STEP_MS, points: [], open: null, marks: [], fetched: null };

/** Counts only grow, so the last of a step is the count at its end. */
function stepped(points: readonly RunPoint[], stepMs: number): readonly RunPoint[] {
  return byStep(points, stepMs).map((group) => ({ ...(group.points.at(-1) as RunPoint), atMs: group.atMs }));
}

function bounded(run: RunHistory): RunHistory {
  let { stepMs, points } = run;
  while (points.length > MOST_POINTS) {
    stepMs *= 2;
    points = stepped(points, stepMs);
  }
  return { ...run, stepMs, points };
}

function used(runs: RunHistories, runId: RunId, run: RunHistory): RunHistories {
  const others = [...runs].filter(([id]) => id !== runId);
  return new Map([...others.slice(-(MOST_RUNS - 1)), [runId, run]]);
}

/**
 * What vitals said of a run that is taking ballots; `atMs` core time, `online` viewers at that moment. The points stay the same
 * while their step goes on, so that nobody draws anew four times a second.
 */
export function runHeard(
  runs: RunHistories,
  { runId, total, options }: RunVitals,
  at: { atMs: number; online: number },
): RunHistories {
  const run = runs.get(runId) ?? EMPTY;
  const point: RunPoint = {
    atMs: stepStart(at.atMs, run.stepMs),
    online: at.online,
    ...(total === undefined ? {} : { total }),
    ...(options === undefined ? {} : { options }),
  };
  const before = run.open === null || run.open.atMs === point.atMs ? run : closedStep(run);
  return used(runs, runId, { ...before, open: point });
}

function closedStep(run: RunHistory): RunHistory {
  if (run.open === null) return run;
  return bounded({ ...run, points: withPoint(run.points, run.open), open: null });
}

/** No more ballots are taken: the step that was going on is the last. */
export function runEnded(runs: RunHistories, runId: RunId): RunHistories {
  const run = runs.get(runId);
  return run === undefined || run.open === null ? runs : new Map(runs).set(runId, closedStep(run));
}

/** Kept of one run; a producer who presses +10 s without end must not fill the memory. */
const MOST_MARKS = 50;

/** What the change of a cue means for its run's clock; null when its clock runs on as before. */
export function markOf(before: DeskCue, now: DeskCue, nowMs: number): RunMark | null {
  const atMs = now.lastAct?.atMs ?? nowMs;
  const byMs = (now.windowMs ?? now.durationMs) - (before.windowMs ?? before.durationMs);
  if (!isUnderWay(before) || !isUnderWay(now)) return null;
  if (before.intake === 'open' && now.intake === 'paused') return { atMs, what: { kind: 'held' } };
  if (before.intake === 'paused' && now.intake === 'open') return { atMs, what: { kind: 'resumed' } };
  return byMs === 0 || now.intake === 'closing' ? null : { atMs, what: { kind: 'extended', byMs } };
}

export function runMarked(runs: RunHistories, runId: RunId, mark: RunMark): RunHistories {
  const run = runs.get(runId) ?? EMPTY;
  return used(runs, runId, { ...run, marks: [...run.marks, mark].slice(-MOST_MARKS) });
}

/** Somebody looks at a run: it stays, and is asked for where it has not been. */
export function runAsked(runs: RunHistories, runId: RunId): RunHistories {
  const run = runs.get(runId) ?? EMPTY;
  return used(runs, runId, { ...run, fetched: { kind: 'asked' } });
}

/** The core has answered with what it kept of the run. An answer for a run that has left since changes nothing. */
export function runFetched(runs: RunHistories, runId: RunId, kept: { stepMs: number; points: readonly RunPoint[] }) {
  const run = runs.get(runId);
  if (run === undefined) return runs;
  const stepMs = Math.max(run.stepMs, kept.stepMs);
  const points = merged(stepped(run.points, stepMs), stepped(kept.points, stepMs));
  return new Map(runs).set(runId, bounded({ ...run, stepMs, points, fetched: { kind: 'whole' } }));
}

export function runFailed(runs: RunHistories, runId: RunId, message: string): RunHistories {
  const run = runs.get(runId);
  return run === undefined ? runs : new Map(runs).set(runId, { ...run, fetched: { kind: 'failed', message } });
}

/** What may be seen of the run is different now: what was kept under the old rule is dropped and asked for again. */
export function runForgotten(runs: RunHistories, runId: RunId): RunHistories {
  const run = runs.get(runId);
  return run === undefined
    ? runs
    : new Map(runs).set(runId, { ...EMPTY, marks: run.marks, fetched: run.fetched && { kind: 'asked' } });
}

export function runCurve({ fetched, ...run }: Pick<RunHistory, 'points' | 'stepMs' | 'fetched'>): RunCurve {
  return curveOf(fetched ?? { kind: 'asked' }, run);
}
