/** The traffic's figures and what its curves are drawn of. */
import { isUnderWay } from '../../../shared/domain/intakes.ts';
import { hintsFor } from '../../../shared/domain/ladder.ts';
import type { DeskState } from '../../../shared/protocol/desk-state.ts';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import type { CommitVitals, Vitals } from '../../../shared/protocol/vitals.ts';
import { fineMs, grouped } from '../../ui/format.ts';
import { type SparklineView, sparklineView } from '../charts/sparkline-view.ts';
import type { TrafficCurve } from '../history/curves.ts';
import { byName, countEdges, type EdgeCount, type Sum, sumOf } from './edges-view.ts';

export const WINDOW_MS = 180_000;

export interface Transport {
  name: string;
  text: string;
  /** Of all connections, 0..1. */
  share: number;
}

/** Votes a second of the runs that take ballots. */
export type Ballots =
  | { kind: 'rate'; text: string }
  /** A run's numbers are kept from this desk, so there is no sum of them. */
  | { kind: 'hidden' };

export interface TrafficFigures {
  count: EdgeCount;
  online: Sum;
  /** Null while their sum may not be shown. */
  transports: readonly Transport[] | null;
  arrivals: Sum;
  ballots: Ballots;
  queue: Sum;
  headAgeMs: string;
  commits: readonly CommitLine[];
  ackP50Ms: string;
  ackP99Ms: string;
  round: RoundFigures;
}

/** One line of the commits that empty the queue. */
export interface CommitLine {
  name: string;
  text: string;
  /** Empty where there is no figure. */
  unit: string;
}

/** A round that takes longer than the cadence makes the next one late. */
export interface RoundFigures {
  /** The slowest edge's, ms. */
  slowest: string;
  isLate: boolean;
  cadenceMs: string;
  /** The cadence against the top of the scale, 0..1. */
  cadenceShare: number;
  /** Each edge's round against the top of the scale, 0..1. */
  /** `key`: while edges are restarted, two bars have one id. */
  bars: readonly { id: string; key: string; text: string; share: number }[];
}

export function trafficFigures(vitals: Vitals, cues: DeskState['cues']): TrafficFigures {
  const count = countEdges(vitals);
  const online = sumOf(count, vitals.online);
  return {
    count,
    online,
    transports: online.kind === 'sum' ? transportsOf(vitals) : null,
    arrivals: sumOf(count, vitals.arrivalsPerS),
    ballots: ballotsOf(vitals, cues),
    queue: sumOf(count, vitals.queueDepth),
    headAgeMs: grouped(vitals.queueHeadAgeMs),
    commits: commitLines(vitals.commits ?? null),
    ackP50Ms: grouped(vitals.ackP50Ms),
    ackP99Ms: grouped(vitals.ackP99Ms),
    round: roundOf(vitals),
  };
}

function commitLines(commits: CommitVitals | null): readonly CommitLine[] {
  const line = (name: string, text: string, unit: string) => ({ name, text, unit });
  if (commits === null) {
    return [line('Batch', 'none in the last 5 s', ''), line('Commit', '–', ''), line('Write + fsync', '–', '')];
  }
  const times = (p50Ms: number, p99Ms: number) => `p50 ${fineMs(p50Ms)} · p99 ${fineMs(p99Ms)}`;
  const { ballotsP50, ballotsMax, tookP50Ms, tookP99Ms, writeFsyncP50Ms, writeFsyncP99Ms } = commits;
  return [
    line('Batch', `p50 ${grouped(ballotsP50)} · max ${grouped(ballotsMax)}`, ballotsMax === 1 ? 'ballot' : 'ballots'),
    line('Commit', times(tookP50Ms, tookP99Ms), 'ms'),
    line('Write + fsync', times(writeFsyncP50Ms, writeFsyncP99Ms), 'ms'),
  ];
}

function transportsOf({ byTransport: { ws, sse, poll } }: Vitals): readonly Transport[] {
  const all = Math.max(1, ws + sse + poll);
  const of = (name: string, value: number) => ({ name, text: grouped(value), share: value / all });
  return [of('WebSocket', ws), of('SSE', sse), of('Polling', poll)];
}

function roundOf({ edges, level, switches }: Vitals): RoundFigures {
  const slowestMs = edges.reduce((most, edge) => Math.max(most, edge.roundMs), 0);
  const { cadenceMs } = hintsFor({ level, on: switches.filter((s) => s.inForce).map((s) => s.id) });
  const topMs = Math.max(slowestMs, cadenceMs);
  return {
    slowest: grouped(slowestMs),
    isLate: slowestMs > cadenceMs,
    cadenceMs: grouped(cadenceMs),
    cadenceShare: cadenceMs / topMs,
    bars: [...edges].sort(byName).map(({ id, pid, roundMs }) => {
      return { id, key: `${id} ${pid}`, text: grouped(roundMs), share: roundMs / topMs };
    }),
  };
}

function ballotsOf({ runs }: Vitals, cues: DeskState['cues']): Ballots {
  const taking = new Set(cues.filter(isUnderWay).map((cue) => cue.runId));
  const isHidden = runs.some((run) => taking.has(run.runId) && run.perS === undefined);
  if (isHidden) return { kind: 'hidden' };
  return { kind: 'rate', text: grouped(runs.reduce((sum, run) => sum + (run.perS ?? 0), 0)) };
}

export interface TrafficCurves {
  online: SparklineView;
  arrivals: SparklineView;
  ballots: SparklineView;
  queue: SparklineView;
  headAge: SparklineView;
  ackP50: SparklineView;
  ackP99: SparklineView;
}

/** What can be drawn of the last minutes. `empty`: the core has kept nothing yet. */
export type CurvesState =
  | { kind: 'loading' }
  | { kind: 'empty' }
  | { kind: 'failed'; message: string }
  /** `missing`: why the older part is not there, or null. */
  | { kind: 'curves'; curves: TrafficCurves; missing: string | null };

/** A second in which an edge was missing has no sum: there the curve has a gap. What the ballot box counts stands. */
export function trafficCurves(curve: TrafficCurve, nowMs: number): CurvesState {
  if (curve.kind !== 'points') return curve;
  if (curve.points.length === 0) return { kind: 'empty' };
  const { points, stepMs, missing } = curve;
  const isWhole = (point: SeriesPoint) => point.edges >= point.edgesExpected;
  const draw = (pick: (point: SeriesPoint) => number | null, top: number | null) =>
    sparklineView({
      samples: points.map((point) => ({ atMs: point.atMs, value: pick(point) })),
      stepMs,
      windowMs: WINDOW_MS,
      nowMs,
      top,
    });
  const sum = (pick: (point: SeriesPoint) => number) => draw((point) => (isWhole(point) ? pick(point) : null), null);
  const ackP99 = draw((point) => point.ackP99Ms, null);
  return {
    kind: 'curves',
    missing,
    curves: {
      online: sum((point) => point.online),
      arrivals: sum((point) => point.arrivalsPerS),
      ballots: draw((point) => point.ballotsPerS, null),
      queue: sum((point) => point.queueDepth),
      headAge: draw((point) => point.queueHeadAgeMs, null),
      ackP99,
      // On the scale of the p99 beside it.
      ackP50: draw((point) => point.ackP50Ms, ackP99.peak),
    },
  };
}

/** `peak 978 /s`; empty where there is no peak to tell. */
export function peakWords(view: SparklineView | null, unit: string): string {
  return view?.peak === null || view === null ? '' : `peak ${grouped(view.peak)} ${unit}`.trim();
}
