/** Points in time order, one a step. */
import { stepStart } from '../../../shared/domain/series.ts';

export interface Timed {
  /** Start of the step, core time. */
  atMs: number;
}

/**
 * The points with one more at their end. A time that is not after the last one is a core that has set its clock back: what
 * it now calls the future is dropped.
 */
export function withPoint<P extends Timed>(points: readonly P[], point: P): readonly P[] {
  const last = points.at(-1);
  const before = last === undefined || last.atMs < point.atMs ? points : points.filter((p) => p.atMs < point.atMs);
  return [...before, point];
}

/** The newest points from a moment on. */
export function since<P extends Timed>(points: readonly P[], fromMs: number): readonly P[] {
  const first = points.findIndex((point) => point.atMs >= fromMs);
  if (first < 0) return [];
  return first === 0 ? points : points.slice(first);
}

/** The last item for which it holds, or undefined. */
export function lastWhere<T>(items: readonly T[], holds: (item: T) => boolean): T | undefined {
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i];
    if (item !== undefined && holds(item)) return item;
  }
  return undefined;
}

/** What the core kept and what was heard here, one point a step; of two for the same step the core's stays, which had every sample. */
export function merged<P extends Timed>(heard: readonly P[], kept: readonly P[]): readonly P[] {
  if (kept.length === 0) return heard;
  const all = new Map<number, P>();
  for (const point of heard) all.set(point.atMs, point);
  for (const point of kept) all.set(point.atMs, point);
  return [...all.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Points in groups of a step, oldest first. */
export function byStep<P extends Timed>(
  points: readonly P[],
  stepMs: number,
): readonly { atMs: number; points: P[] }[] {
  const groups: { atMs: number; points: P[] }[] = [];
  for (const point of points) {
    const atMs = stepStart(point.atMs, stepMs);
    const last = groups.at(-1);
    if (last?.atMs === atMs) last.points.push(point);
    else groups.push({ atMs, points: [point] });
  }
  return groups;
}

export interface Gap {
  fromMs: number;
  toMs: number;
}

/** Stretches in which steps are missing between two points. */
export function gapsOf(points: readonly Timed[], stepMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before === undefined) return;
    const fromMs = before.atMs + stepMs;
    if (point.atMs > fromMs) gaps.push({ fromMs, toMs: point.atMs });
  });
  return gaps;
}
