import { type Point, slope } from './slope.ts';

/** Slope of the straight line through the logarithms: 1 is growth in step with the viewers. */
function exponent(points: readonly Point[]): number {
  return slope(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })));
}

/** From here on viewers are what costs; below, a house with edges for 200,000 costs most by itself. */
const FROM_VIEWERS = 10_000;

/** With what power of the viewers a cost grows from 10,000 of them on; over all sizes when fewer than two are as large. */
export function growthExponent<At extends { viewers: number }>(
  costs: readonly At[],
  total: (at: At) => number,
): number {
  const large = costs.filter(({ viewers }) => viewers >= FROM_VIEWERS);
  return exponent((large.length < 2 ? costs : large).map((at) => ({ x: at.viewers, y: total(at) })));
}
