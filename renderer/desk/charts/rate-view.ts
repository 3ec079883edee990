/** Votes per second since GO, as the chart draws them: what was, what this desk did not see, and what happened beside. */

import { freeze } from '../../../shared/domain/cue-rules.ts';
import { densityAt, PUSH } from '../../../shared/domain/forecast.ts';
import { leftMs } from '../../../shared/domain/guards.ts';
import { isolated } from '../../../shared/domain/isolated.ts';
import type { Projection } from '../../../shared/domain/projection.ts';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { grouped, timeOfDay } from '../../ui/format.ts';
import { lastWhere } from '../history/timeline.ts';
import { isLive } from '../words/subjects.ts';
import { niceTop, sinceGo, timeEnd } from './axis.ts';
import { bandsOf, type CueMark, type Evening, gapsIn, marksOf, type Stretch } from './rate-marks.ts';
import { type Counted, type Peak, peakOf, type RatePoint, ratesOf, seconds, thinned } from './rates.ts';

/** More would lie within one pixel. */
const MOST_DRAWN = 400;

export interface FuturePoint {
  s: number;
  mid: number;
  band: readonly [number, number];
}

export interface RateView {
  points: readonly RatePoint[];
  compared: readonly RatePoint[];
  future: readonly FuturePoint[];
  marks: readonly CueMark[];
  gaps: readonly Stretch[];
  /** Degradation levels and switches that were in force. */
  bands: readonly Stretch[];
  peak: Peak | null;
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

export interface RateInput extends Evening {
  compared: { cue: DeskCue; run: Counted } | null;
  projection: Projection | null;
  /** Votes per second at this moment, or null. */
  perS: number | null;
  /** Core time in whole seconds. */
  nowMs: number;
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
  const rates = ratesOf(run, openedAtMs);
  // Votes come in until the grace is over: the axis of a run that has ended holds those too.
  const endS = timeEnd(Math.max(closeS, nowS ?? rates.at(-1)?.s ?? 0));
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
