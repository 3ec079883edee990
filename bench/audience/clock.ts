const ORIGIN_MS = performance.timeOrigin;

/** Epoch ms with fractions: what the processes of one machine agree on. */
export function nowMs(): number {
  return ORIGIN_MS + performance.now();
}
