/** The evening's traffic as this desk keeps it: a second a point for the last 20 min, ten seconds a point for 6 h. */
import { foldedPoint, sampleOf, stepStart } from '../../../shared/domain/series.ts';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import {
  COARSE_FOR_MS,
  COARSE_STEP_MS,
  curveOf,
  type Fetched,
  FINE_FOR_MS,
  FINE_STEP_MS,
  type TrafficCurve,
} from './curves.ts';
import { byStep, merged, since, withPoint } from './timeline.ts';

export interface TrafficHistory {
  /** Of the step that is still going on. */
  samples: readonly SeriesPoint[];
  fine: readonly SeriesPoint[];
  /** Whole steps only. */
  coarse: readonly SeriesPoint[];
  fetched: Fetched;
}

export const NO_TRAFFIC: TrafficHistory = { samples: [], fine: [], coarse: [], fetched: { kind: 'asked' } };

export const foldedTo = (points: readonly SeriesPoint[], stepMs: number): readonly SeriesPoint[] =>
  byStep(points, stepMs).map((group) => foldedPoint(group.atMs, group.points));

/** A vitals message has come. The same object while the step goes on, so that nobody draws anew four times a second. */
export function trafficHeard(history: TrafficHistory, vitals: Vitals): TrafficHistory {
  const sample = sampleOf(vitals);
  const [first] = history.samples;
  const startMs = stepStart(sample.atMs, FINE_STEP_MS);
  if (first === undefined || stepStart(first.atMs, FINE_STEP_MS) === startMs) {
    return { ...history, samples: [...history.samples, sample] };
  }
  const point = foldedPoint(stepStart(first.atMs, FINE_STEP_MS), history.samples);
  return { ...withFine(history, point), samples: [sample] };
}

function withFine(heard: TrafficHistory, point: SeriesPoint): TrafficHistory {
  const history = untilNow(heard, point.atMs);
  const fine = since(withPoint(history.fine, point), point.atMs - FINE_FOR_MS);
  const coarseEndMs = stepStart(point.atMs, COARSE_STEP_MS);
  const before = history.fine.at(-1);
  if (before !== undefined && stepStart(before.atMs, COARSE_STEP_MS) === coarseEndMs) return { ...history, fine };
  // A coarse step is over: what stands before it in seconds becomes one point.
  const doneMs = before === undefined ? coarseEndMs : stepStart(before.atMs, COARSE_STEP_MS);
  const done = history.fine.filter((p) => p.atMs >= doneMs && p.atMs < doneMs + COARSE_STEP_MS);
  if (done.length === 0) return { ...history, fine };
  const coarse = since(withPoint(history.coarse, foldedPoint(doneMs, done)), doneMs - COARSE_FOR_MS);
  return { ...history, fine, coarse };
}

/** A core that has set its clock back calls a part of what was heard the future: in no resolution may it stand before the present. */
function untilNow(history: TrafficHistory, nowMs: number): TrafficHistory {
  const last = history.fine.at(-1);
  if (last === undefined || last.atMs < nowMs) return history;
  const past = (points: readonly SeriesPoint[]) => points.filter(({ atMs }) => atMs < nowMs);
  return { ...history, fine: past(history.fine), coarse: past(history.coarse) };
}

/** The core has answered with what it kept: the last minutes by the second, the hours by ten seconds. */
export function trafficFetched(
  history: TrafficHistory,
  kept: { fine: readonly SeriesPoint[]; coarse: readonly SeriesPoint[] },
): TrafficHistory {
  const fine = merged(history.fine, kept.fine);
  const coarse = merged(history.coarse, foldedTo(kept.coarse, COARSE_STEP_MS));
  const nowMs = Math.max(fine.at(-1)?.atMs ?? 0, coarse.at(-1)?.atMs ?? 0);
  // The core's last coarse step may still be going on; it is made here again once it is over.
  const whole = coarse.filter((p) => p.atMs + COARSE_STEP_MS <= nowMs);
  return {
    ...history,
    fine: since(fine, nowMs - FINE_FOR_MS),
    coarse: since(whole, nowMs - COARSE_FOR_MS),
    fetched: { kind: 'whole' },
  };
}

/** The last `windowMs` of it, by the second where that is kept so far back, else by ten seconds. */
export function trafficCurve(
  { fine, coarse, fetched }: Omit<TrafficHistory, 'samples'>,
  windowMs: number,
): TrafficCurve {
  const lastMs = fine.at(-1)?.atMs ?? coarse.at(-1)?.atMs ?? 0;
  if (windowMs <= FINE_FOR_MS) {
    return curveOf(fetched, { stepMs: FINE_STEP_MS, points: since(fine, lastMs - windowMs) });
  }
  const doneMs = (coarse.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) + COARSE_STEP_MS;
  const points = [...since(coarse, lastMs - windowMs), ...foldedTo(since(fine, doneMs), COARSE_STEP_MS)];
  return curveOf(fetched, { stepMs: COARSE_STEP_MS, points });
}
