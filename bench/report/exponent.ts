import { type Point, slope } from './slope.ts';

/** Slope of the straight line through the logarithms: 1 is growth in step with the viewers. */
export function exponent(points: readonly Point[]): number {
  return slope(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })));
}
