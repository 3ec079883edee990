/** Between the core and the thread that keeps the curves. */
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../shared/protocol/records.ts';

/** One second of the evening, as the core measured it. */
export interface SeriesSecond {
  /** Without votes: these are kept by run, because who may know of them is decided when they are read. */
  traffic: Omit<SeriesPoint, 'ballotsPerS'>;
  /** Ballots counted within the second; runs without any are left out. */
  ballots: Readonly<Record<RunId, number>>;
  /** Counts at the end of the second, of the runs that have something to tell. */
  runs: readonly RunCount[];
}

export interface RunCount {
  runId: RunId;
  online: number;
  tally: Tally;
}

export interface TrafficQuery {
  fromMs: number;
  /** The first moment that is no longer in it. */
  toMs: number;
  stepMs: number;
  /** Runs whose ballots are in `ballotsPerS`. */
  ballotsOf: readonly RunId[];
}

export interface RunQuery {
  runId: RunId;
  /** Null: the shortest with which the run fits into one answer. */
  stepMs: number | null;
}

/** The count at the end of a step. */
export interface RunCountPoint {
  atMs: number;
  online: number;
  tally: Tally;
}
export interface RunCurve {
  stepMs: number;
  points: RunCountPoint[];
}

export interface SeriesWorkerData {
  path: string;
}

export interface SeriesCalls {
  write(second: SeriesSecond): void;
  traffic(query: TrafficQuery): SeriesPoint[];
  run(query: RunQuery): RunCurve;
}
