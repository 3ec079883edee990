/** Votes per second since GO, as the chart draws them: what was, what this desk did not see, and what happened beside. */

import { freeze } from '../../../shared/domain/cue-rules.ts';
import { densityAt, PUSH } from '../../../shared/domain/forecast.ts';
import { leftMs } from '../../../shared/domain/guards.ts';
import { isOnAir } from '../../../shared/domain/intakes.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { Projection } from '../../../shared/domain/projection.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { Mode } from '../../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import { grouped, timeOfDay } from '../../ui/format.ts';
import type { RunMark, RunPoint } from '../history/curves.ts';
import { gapsOf, lastWhere } from '../history/timeline.ts';
import { numberOf, secondsOf } from '../words/labels.ts';
import { LEVELS } from '../words/levels.ts';
import { measureOf } from '../words/measures.ts';
import { isLive } from '../words/subjects.ts';
import { niceTop, sinceGo, timeEnd } from './axis.ts';

/** More would lie within one pixel. */
const MOST_DRAWN = 400;

export interface RatePoint {
  /** Seconds since GO. */
  s: number;
  /** Votes per second; null breaks the line. */
  perS: number | null;
}

export interface FuturePoint {
  s: number;
  mid: number;
  band: readonly [number, number];
}

export interface CueMark {
  s: number;
  words: string;
  tone: 'air' | 'plain';
  /** It has not happened yet. */
  ahead: boolean;
}

export interface Stretch {
  fromS: number;
  toS: number;
  words: string;
}

export interface RateView {
  points: readonly RatePoint[];
  compared: readonly RatePoint[];
  future: readonly FuturePoint[];
  marks: readonly CueMark[];
  gaps: readonly Stretch[];
  /** Degradation levels and switches that were in force. */
  bands: readonly Stretch[];
  peak: { s: number; perS: number } | null;
  /** Null when the run is over, or this desk doesn't know the rate. */
  now: { s: number; perS: number } | null;
  live: boolean;
  endS: number;
  /** A round number above everything drawn. */
  top: number;
  /** For who can't see it: one sentence. */
  summary: string;
  table: readonly { time: string; perS: string }[];
}

export interface Counted {
  points: readonly RunPoint[];
  stepMs: number;
}

export interface RateInput {
  cue: DeskCue;
  cues: readonly DeskCue[];
  mode: Mode;
  run: Counted;
  /** Whether the core was asked for what this desk has not heard, and has answered. */
  whole: boolean;
  marks: readonly RunMark[];
  traffic: { points: readonly SeriesPoint[]; stepMs: number };
  compared: { cue: DeskCue; run: Counted } | null;
  projection: Projection | null;
  /** Votes per second at this moment, or null. */
  perS: number | null;
  /** Core time in whole seconds. */
  nowMs: number;
}

const seconds = (ms: number): number => ms / 1_000;

/** Votes per second at the middle of each step. A step after a gap has no rate: when in the gap its votes came isn't known. */
export function ratesOf({ points, stepMs }: Counted, openedAtMs: number): readonly RatePoint[] {
  const rates: RatePoint[] = [];
  points.forEach((point, i) => {
    const before = points[i - 1];
    const fromMs = Math.max(point.atMs, openedAtMs);
    const toMs = point.atMs + stepMs;
    const fromGo = before === undefined && point.atMs <= openedAtMs + stepMs / 2;
    const joined = before !== undefined && before.atMs + stepMs === point.atMs;
    const s = seconds((fromMs + toMs) / 2 - openedAtMs);
    if (fromGo) rates.push({ s: 0, perS: 0 });
    if (point.total === undefined || toMs <= fromMs || !(fromGo || joined)) {
      rates.push({ s, perS: null });
      return;
    }
    const grownBy = point.total - (before?.total ?? 0);
    rates.push({ s, perS: Math.max(0, grownBy) / seconds(toMs - (fromGo ? openedAtMs : point.atMs)) });
  });
  return rates;
}

/** Fewer points, with every peak and every break still in them. */
export function thinned(points: readonly RatePoint[], most: number): readonly RatePoint[] {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return points;
  const kept: RatePoint[] = [];
  for (let i = 0; i < points.length; i += size) {
    const group = points.slice(i, i + size);
    const hole = group.find(({ perS }) => perS === null);
    const highest = group.reduce((high, next) => ((next.perS ?? -1) > (high.perS ?? -1) ? next : high));
    kept.push(...(hole === undefined || hole === highest ? [highest] : [highest, hole].sort((a, b) => a.s - b.s)));
  }
  return kept;
}

export function rateView(input: RateInput): RateView | null {
  const { cue, run, nowMs } = input;
  const { openedAtMs } = cue;
  if (openedAtMs === undefined) return null;
  const live = isLive(cue);
  const at = (ms: number) => seconds(ms - openedAtMs);
  const nowS = live ? Math.max(0, at(nowMs)) : null;
  const left = leftMs(cue, nowMs) ?? 0;
  const closeS = cue.intake === 'paused' ? at(nowMs + left) : at(cue.closesAtMs ?? cue.closedAtMs ?? nowMs);
  const lastS = Math.max(closeS, nowS ?? 0);
  const endS = timeEnd(lastS);
  const rates = ratesOf(run, openedAtMs);
  const peak = peakOf(rates);
  const compared = input.compared === null ? [] : comparedRates(input.compared, endS);
  const future = nowS === null ? [] : futureOf(input, { nowS, closeS, left });
  const highest = [peak?.perS ?? 0, peakOf(compared)?.perS ?? 0, ...future.map(({ band }) => band[1])];
  return {
    // A step that began in this second would be drawn into what is still to come.
    points: thinned(nowS === null ? rates : rates.filter(({ s }) => s <= nowS), MOST_DRAWN),
    compared: thinned(compared, MOST_DRAWN),
    future,
    marks: marksOf(input, { closeS, endS, at, live }),
    gaps: gapsIn(input, { at, nowS }),
    bands: bandsOf(input, { endS: nowS ?? closeS, at }),
    peak,
    now: nowS === null || input.perS === null ? null : { s: nowS, perS: input.perS },
    live,
    endS,
    top: niceTop(Math.max(...highest)),
    ...wordsOf(cue, rates, peak),
  };
}

function peakOf(rates: readonly RatePoint[]): RateView['peak'] {
  return rates.reduce<RateView['peak']>(
    (peak, { s, perS }) => (perS !== null && perS > (peak?.perS ?? 0) ? { s, perS } : peak),
    null,
  );
}

function comparedRates({ cue, run }: NonNullable<RateInput['compared']>, endS: number): readonly RatePoint[] {
  if (cue.openedAtMs === undefined) return [];
  return ratesOf(run, cue.openedAtMs).filter(({ s }) => s <= endS);
}

const FUTURE_STEPS = 24;

/** What the projection says of the seconds until the close. */
function futureOf(
  { projection, run }: RateInput,
  { nowS, closeS, left }: { nowS: number; closeS: number; left: number },
): readonly FuturePoint[] {
  const votes = run.points.at(-1)?.total;
  if (projection === null || projection.kind === 'too-early' || votes === undefined || left < 1_000) return [];
  const leftS = seconds(left);
  const places = Array.from({ length: FUTURE_STEPS + 1 }, (_, i) => (leftS * i) / FUTURE_STEPS);
  if (projection.kind === 'present-rate') {
    const perS = Math.max(0, projection.votes - votes) / leftS;
    return [nowS, closeS].map((s) => ({ s, mid: perS, band: [perS, perS] }));
  }
  const density = places.map((s) => densityAt(PUSH, nowS + s));
  const area = (density.reduce((sum, d) => sum + d, 0) * leftS) / (FUTURE_STEPS + 1);
  const perS = (end: number, i: number) => (area === 0 ? 0 : (Math.max(0, end - votes) * (density[i] ?? 0)) / area);
  return places.map((s, i) => ({
    s: nowS + s,
    mid: perS(projection.mid, i),
    band: [perS(projection.low, i), perS(projection.high, i)],
  }));
}

interface Place {
  closeS: number;
  endS: number;
  at: (ms: number) => number;
  live: boolean;
}

function marksOf({ cue, cues, mode, marks }: RateInput, { closeS, endS, at, live }: Place): readonly CueMark[] {
  const air = mode === 'live' ? 'air' : 'plain';
  const number = numberOf(cues, cue.id) ?? '';
  const others = cues
    .filter((other) => other.id !== cue.id && other.openedAtMs !== undefined)
    .map((other) => ({ s: at(other.openedAtMs ?? 0), words: `GO ${numberOf(cues, other.id) ?? ''}` }))
    .filter(({ s }) => s > 0 && s <= (live ? endS : closeS));
  const own = marks.map(({ atMs, what }) => ({ s: at(atMs), words: markWords(what) }));
  const between = [...others, ...own].map((mark) => ({ ...mark, tone: 'plain' as const, ahead: false }));
  const closing = isOnAir(cue);
  return [
    { s: 0, words: `GO ${number}`, tone: air, ahead: false },
    ...between.sort((a, b) => a.s - b.s),
    { s: closeS, words: closing ? 'close' : 'closed', tone: air, ahead: closing },
  ];
}

function markWords(what: RunMark['what']): string {
  switch (what.kind) {
    case 'extended':
      return secondsOf(what.byMs);
    case 'held':
      return 'HOLD';
    case 'resumed':
      return 'RESUME';
  }
}

function gapsIn(
  { run, whole, cue }: RateInput,
  { at, nowS }: { at: (ms: number) => number; nowS: number | null },
): readonly Stretch[] {
  const why = whole ? 'core away; votes were kept' : 'desk link; counts were kept';
  const words = (ms: number) => `${Math.round(seconds(ms))} s without data, ${why}`;
  const { points, stepMs } = run;
  const gaps: Stretch[] = gapsOf(points, stepMs).map(({ fromMs, toMs }) => ({
    fromS: at(fromMs) - seconds(stepMs) / 2,
    // The first step after it has a count and no rate.
    toS: at(toMs) + (seconds(stepMs) * 3) / 2,
    words: words(toMs - fromMs),
  }));
  const [first] = points;
  const last = points.at(-1);
  if (first !== undefined && at(first.atMs) > seconds(stepMs)) {
    gaps.unshift({ fromS: 0, toS: at(first.atMs), words: words(first.atMs - (cue.openedAtMs ?? 0)) });
  }
  // The latest step is still being heard, so that two are missing before anything is.
  if (last !== undefined && nowS !== null && nowS - at(last.atMs + stepMs) > (2 * stepMs) / 1_000 + 1) {
    const fromS = at(last.atMs + stepMs);
    gaps.push({ fromS, toS: nowS, words: `${Math.round(nowS - fromS)} s without data, desk link` });
  }
  return gaps;
}

function inForce({ level, switches }: SeriesPoint): string {
  const named = level > 0 ? [`Level ${level} ${LEVELS[level] ?? ''}`.trim()] : [];
  return [...named, ...switches.map((id) => measureOf(id).name)].join(', ');
}

function bandsOf(
  { traffic }: RateInput,
  { endS, at }: { endS: number; at: (ms: number) => number },
): readonly Stretch[] {
  const stretches: { what: string; fromMs: number; toMs: number; whole: boolean }[] = [];
  traffic.points.forEach((point, i) => {
    const what = inForce(point);
    const open = stretches.at(-1);
    if (open !== undefined && open.what === what && open.toMs === point.atMs) open.toMs += traffic.stepMs;
    else stretches.push({ what, fromMs: point.atMs, toMs: point.atMs + traffic.stepMs, whole: i > 0 });
  });
  const seen = new Set<string>();
  return stretches
    .filter(({ what, fromMs, toMs }) => what !== '' && at(toMs) > 0 && at(fromMs) < endS)
    .map(({ what, fromMs, toMs, whole }) => {
      const again = seen.has(what);
      seen.add(what);
      const words = again ? '' : whole ? `${what} since ${timeOfDay(fromMs)}` : what;
      return { fromS: Math.max(0, at(fromMs)), toS: Math.min(endS, at(toMs)), words };
    });
}

const TABLE_ROWS = 8;

function wordsOf(
  cue: DeskCue,
  rates: readonly RatePoint[],
  peak: RateView['peak'],
): Pick<RateView, 'summary' | 'table'> {
  const last = lastWhere(rates, ({ perS }) => perS !== null);
  const parts = [
    `Votes per second of “${isolated(freeze(cue).text)}” since GO at ${timeOfDay(cue.openedAtMs ?? 0)}`,
    peak === null ? 'none yet' : `peak ${grouped(peak.perS)} after ${sinceGo(peak.s)}`,
    last === undefined || last.perS === null ? '' : `last ${grouped(last.perS)} after ${sinceGo(last.s)}`,
  ];
  const size = Math.max(1, Math.ceil(rates.length / TABLE_ROWS));
  return {
    summary: `${parts.filter((part) => part !== '').join(', ')}.`,
    table: rates
      .filter((_, i) => i % size === 0)
      .map(({ s, perS }) => ({ time: sinceGo(s), perS: perS === null ? 'no data' : grouped(perS) })),
  };
}
