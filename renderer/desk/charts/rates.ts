/** Votes per second, of what was counted step by step. */
import type { RunPoint } from '../history/curves.ts';

export interface RatePoint {
  /** Seconds since GO. */
  s: number;
  /** Votes per second; null breaks the line. */
  perS: number | null;
}

export interface Counted {
  points: readonly RunPoint[];
  stepMs: number;
}

export interface Peak {
  s: number;
  perS: number;
}

export const seconds = (ms: number): number => ms / 1_000;

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

/** Null where nobody has voted. */
export function peakOf(rates: readonly RatePoint[]): Peak | null {
  return rates.reduce<Peak | null>(
    (peak, { s, perS }) => (perS !== null && perS > (peak?.perS ?? 0) ? { s, perS } : peak),
    null,
  );
}
