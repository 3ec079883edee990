/** Slope of the straight line through the logarithms, by least squares: 1 is growth in step with the viewers. */
export function exponent(points: readonly { x: number; y: number }[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = (pick: (point: { x: number; y: number }) => number) =>
    logs.reduce((sum, point) => sum + pick(point), 0) / logs.length;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  const over = mean(({ x, y }) => (x - meanX) * (y - meanY));
  return over / mean(({ x }) => (x - meanX) ** 2);
}
