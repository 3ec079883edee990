/** The curves that the desk draws: what the core kept of the evening, and what has come since. */
import type { RunSeries, SeriesPoint } from '../../../shared/protocol/desk.ts';

/** Steps without a point are gaps: the core was away, or (until it answers again) this desk had no link. */
export type Curve<P> =
  | { kind: 'loading' }
  /** Oldest first, in steps of `stepMs`. */
  | { kind: 'points'; stepMs: number; points: readonly P[] }
  | { kind: 'failed'; message: string };

export type TrafficCurve = Curve<SeriesPoint>;
export type RunCurve = Curve<RunSeries['points'][number]>;
