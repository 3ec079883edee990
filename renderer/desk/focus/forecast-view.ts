/** How fast votes are to be expected after GO, against what the edges hold. */
import { type Forecast, forecast, PARTICIPATION, PUSH } from '../../../shared/domain/forecast.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { counted, grouped } from '../../ui/format.ts';

export const PLOT = { width: 620, height: 120 } as const;
const SHOWN_S = 30;
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
      /** Height of the capacity line in the plot; null where no edge has told what it holds. */
      capacityY: number | null;
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
  const y = (perS: number) => PLOT.height * (1 - perS / top);
  const line = pathOf(expected, y);
  const free = viewers > 0 ? 1 - forecastViewers / viewers : null;
  return {
    kind: 'curve',
    from: `from ${grouped(forecastViewers)} ${forecastViewers === online ? 'online' : 'expected'}`,
    line,
    area: `${line} L${PLOT.width} ${PLOT.height} L0 ${PLOT.height}Z`,
    capacityY: capacityPerS === null || capacityPerS > top ? null : y(capacityPerS),
    capacity: capacityPerS === null ? capacity : `${capacity}, ${counted(capacityPerS, 'vote', 'votes')}/s`,
    peak: grouped(expected.peakPerS),
    peakAt: expected.peakAtS.toFixed(1),
    headroom: free === null ? null : { text: `${Math.round(free * 100)}`, short: free < 0 },
    votedBy: String(Math.round(expected.votedBy95S)),
  };
}

function pathOf({ curve, stepS }: Forecast, y: (perS: number) => number): string {
  const last = Math.min(curve.length - 1, Math.round(SHOWN_S / stepS));
  const points: string[] = [];
  for (let i = 0; i <= last; i += 2) {
    points.push(`${((PLOT.width * i) / last).toFixed(1)} ${y(curve[i] ?? 0).toFixed(1)}`);
  }
  return `M${points.join(' L')}`;
}
