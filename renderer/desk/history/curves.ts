/** The curves that the desk draws: what the core kept of the evening, and what has come since. */
import type { RunSeries, SeriesPoint } from '../../../shared/protocol/records.ts';

export type RunPoint = RunSeries['points'][number];

/** Steps without a point are gaps: the core was away, or (until it answers again) this desk had no link. */
export type Curve<P> =
  | { kind: 'loading' }
  | {
      kind: 'points';
      /** Oldest first, in steps of `stepMs`. */
      stepMs: number;
      points: readonly P[];
      /** Why what came before this desk joined is not there, as a sentence; null when it is. `history.tryAgain()` asks anew. */
      missing: string | null;
    }
  /** Nothing to draw at all; `history.tryAgain()` asks anew. */
  | { kind: 'failed'; message: string };

export type TrafficCurve = Curve<SeriesPoint>;
export type RunCurve = Curve<RunPoint>;

/** Something that changed a run's clock while it was taking ballots. */
export interface RunMark {
  /** Core time. */
  atMs: number;
  what: { kind: 'extended'; byMs: number } | { kind: 'held' } | { kind: 'resumed' };
}

/** One vitals message in a second is the finest that is kept. */
export const FINE_STEP_MS = 1_000;
/** What is kept at full resolution, and how coarse and how far back the rest is. */
export const FINE_FOR_MS = 20 * 60_000;
export const COARSE_STEP_MS = 10_000;
export const COARSE_FOR_MS = 6 * 3_600_000;

/** How far the points of a curve that has to be fetched have come. */
export type Fetched = { kind: 'asked' } | { kind: 'whole' } | { kind: 'failed'; message: string };

export function curveOf<P>(fetched: Fetched, { stepMs, points }: { stepMs: number; points: readonly P[] }): Curve<P> {
  switch (fetched.kind) {
    case 'asked':
      return points.length === 0 ? { kind: 'loading' } : { kind: 'points', stepMs, points, missing: null };
    case 'failed':
      return points.length === 0
        ? { kind: 'failed', message: fetched.message }
        : { kind: 'points', stepMs, points, missing: fetched.message };
    case 'whole':
      return { kind: 'points', stepMs, points, missing: null };
  }
}
