/** How fast votes are to be expected after GO, against what the edges hold. */
import { type Forecast, forecast, PARTICIPATION, PUSH } from '../../../shared/domain/forecast.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { counted, grouped } from '../../ui/format.ts';
import { everyTick } from '../charts/axis.ts';
import { across, curvesThrough, type Place, tenth, upright } from '../charts/path.ts';
import { linear } from '../charts/scale.ts';

export const PLOT = { width: 620, height: 120 } as const;
const SHOWN_S = 30;
/** Seconds after GO that are written under the curve. */
export const TIMES = everyTick(10, SHOWN_S);
/** Room above the highest line. */
const HEADROOM_ON_PLOT = 1.1;

export type ForecastView =
  | { kind: 'unknown' }
  /** Nobody online and nobody announced. */
  | { kind: 'nobody'; capacity: string }
  | {
      kind: 'curve';
      from: string;
      line: string;
      area: string;
      /** The capacity's line in the plot; null where no edge has told what it holds, or where it lies above. */
      limit: string | null;
      capacity: string;
      peak: string;
      peakAt: string;
      headroom: { text: string; short: boolean } | null;
      votedBy: string;
    };

export interface ForecastInput {
  /** What the edges hold. */
  viewers: number;
  /** Who is to be expected. */
  forecastViewers: number;
  online: number;
}

export function forecastInput(vitals: Pick<Vitals, 'capacity' | 'online'> | null): ForecastInput | null {
  if (vitals === null) return null;
  const { viewers, forecastViewers } = vitals.capacity;
  return { viewers, forecastViewers, online: vitals.online };
}

/** Null: nothing has been heard from the core yet. */
export function forecastView(input: ForecastInput | null): ForecastView {
  if (input === null) return { kind: 'unknown' };
  const { viewers, forecastViewers, online } = input;
  const capacity = viewers > 0 ? `capacity ${counted(viewers, 'viewer', 'viewers')}` : 'capacity unknown';
  if (forecastViewers === 0) return { kind: 'nobody', capacity };
  const expected = forecast(forecastViewers, PUSH, PARTICIPATION);
  // Votes grow with viewers, so that the edges' capacity in viewers is one in votes a second as well.
  const capacityPerS = viewers > 0 ? (expected.peakPerS * viewers) / forecastViewers : null;
  const top =
    Math.max(expected.peakPerS, capacityPerS !== null && capacityPerS < expected.peakPerS * 4 ? capacityPerS : 0) *
    HEADROOM_ON_PLOT;
  const y = linear({ from: 0, to: top }, { from: PLOT.height, to: 0 });
  const [curve] = curvesThrough(placesOf(expected, y), { groundY: PLOT.height, loneWidth: 0 });
  const free = viewers > 0 ? 1 - forecastViewers / viewers : null;
  return {
    kind: 'curve',
    from: `from ${grouped(forecastViewers)} ${forecastViewers === online ? 'online' : 'expected'}`,
    line: curve?.line ?? '',
    area: curve?.area ?? '',
    limit: capacityPerS === null || capacityPerS > top ? null : across(y(capacityPerS), WIDE),
    capacity: capacityPerS === null ? capacity : `${capacity}, ${counted(capacityPerS, 'vote', 'votes')}/s`,
    peak: grouped(expected.peakPerS),
    peakAt: expected.peakAtS.toFixed(1),
    headroom: free === null ? null : { text: `${Math.round(free * 100)}`, short: free < 0 },
    votedBy: String(Math.round(expected.votedBy95S)),
  };
}

const WIDE = { from: 0, to: PLOT.width };
const HIGH = { from: 0, to: PLOT.height };
const x = linear({ from: 0, to: SHOWN_S }, WIDE);

/** The times between the edges, and half of the height. */
export const GRID = [across(PLOT.height / 2, WIDE), ...TIMES.slice(1, -1).map((s) => upright(x(s), HIGH))].join('');

/** Every second step: more would lie within one pixel. */
function placesOf({ curve, stepS }: Forecast, y: (perS: number) => number): readonly Place[] {
  const last = Math.min(curve.length - 1, Math.round(SHOWN_S / stepS));
  return curve
    .slice(0, last + 1)
    .flatMap((perS, i) => (i % 2 === 0 ? [{ x: tenth(x(i * stepS)), y: tenth(y(perS)) }] : []));
}
