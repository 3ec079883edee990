/** Epoch ms with fractions: what the processes of one machine agree on. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
