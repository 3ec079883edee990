/** The curves of the evening: how many vitals become one point, how many points a stretch of time gets, and who may read votes out of them. */
import type { Role } from '../protocol/commands.ts';
import type { RunId } from '../protocol/ids.ts';
import type { SeriesPoint } from '../protocol/records.ts';
import type { Vitals } from '../protocol/vitals.ts';
import { deskVisibility } from './desk-view.ts';
import type { ShowState } from './show-state.ts';

/** The finest step that is kept. */
export const SERIES_STEP_MS = 1_000;
/** An answer holds no more points than this; a screen has fewer columns. */
export const MAX_SERIES_POINTS = 4_000;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60];

export const stepStart = (atMs: number, stepMs: number): number => Math.floor(atMs / stepMs) * stepMs;

/** Steps of this length that the stretch touches. */
export function stepsIn({ fromMs, toMs }: { fromMs: number; toMs: number }, stepMs: number): number {
  return (stepStart(toMs - 1, stepMs) - stepStart(fromMs, stepMs)) / stepMs + 1;
}

/** The shortest step with which the stretch fits into one answer: 1, 2, 5, 10, 15, 30, 60 s, then whole minutes. */
export function stepFor(stretch: { fromMs: number; toMs: number }): number {
  const fits = (stepMs: number) => stepsIn(stretch, stepMs) <= MAX_SERIES_POINTS;
  const short = STEPS_S.find((seconds) => fits(seconds * 1_000));
  if (short !== undefined) return short * 1_000;
  let minutes = Math.ceil((stretch.toMs - stretch.fromMs) / MAX_SERIES_POINTS / 60_000);
  while (!fits(minutes * 60_000)) minutes += 1;
  return minutes * 60_000;
}

/** Vitals as a point of their moment. `ballotsPerS` is what this desk may know of the runs' rates. */
export function sampleOf(vitals: Vitals): SeriesPoint {
  const { serverNowMs, online, byTransport, arrivalsPerS, queueDepth, queueHeadAgeMs, ackP50Ms, ackP99Ms } = vitals;
  return {
    atMs: serverNowMs,
    online,
    ...byTransport,
    arrivalsPerS,
    ballotsPerS: vitals.runs.reduce((sum, run) => sum + (run.perS ?? 0), 0),
    queueDepth,
    queueHeadAgeMs,
    ackP50Ms,
    ackP99Ms,
    level: vitals.level,
    edges: vitals.edges.filter((edge) => edge.ready).length,
    edgesExpected: vitals.edgesExpected,
    switches: vitals.switches.filter((s) => s.inForce).map((s) => s.id),
  };
}

/** One point of several (at least one): the mean of counts, the largest of the rest. */
export function foldedPoint(atMs: number, points: readonly SeriesPoint[]): SeriesPoint {
  const mean = (pick: (p: SeriesPoint) => number) =>
    points.reduce((sum, p) => sum + pick(p), 0) / Math.max(1, points.length);
  const most = (pick: (p: SeriesPoint) => number) => points.reduce((max, p) => Math.max(max, pick(p)), 0);
  return {
    atMs,
    online: mean((p) => p.online),
    ws: mean((p) => p.ws),
    sse: mean((p) => p.sse),
    poll: mean((p) => p.poll),
    arrivalsPerS: most((p) => p.arrivalsPerS),
    ballotsPerS: most((p) => p.ballotsPerS),
    queueDepth: most((p) => p.queueDepth),
    queueHeadAgeMs: most((p) => p.queueHeadAgeMs),
    ackP50Ms: most((p) => p.ackP50Ms),
    ackP99Ms: most((p) => p.ackP99Ms),
    level: most((p) => p.level),
    edges: most((p) => p.edges),
    edgesExpected: most((p) => p.edgesExpected),
    switches: [...new Set(points.flatMap((p) => p.switches))],
  };
}

/**
 * Runs of which a desk with these roles may know how many have voted. Votes per second, added up over a poll, are its
 * turnout: those of every other run stay out of the traffic's curve.
 */
export function runsWithKnownTurnout(state: ShowState, roles: readonly Role[]): RunId[] {
  return Object.values(state.runs)
    .filter((run) => ['turnout', 'counts'].includes(deskVisibility(run, roles)))
    .map(({ runId }) => runId);
}
