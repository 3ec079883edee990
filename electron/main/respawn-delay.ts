/** How long to wait before the next try, ms: 0.25, 0.5, 1, 2, 2, … `failures` counts from 1. */
export function respawnDelayMs(failures: number): number {
  return Math.min(2_000, 250 * 2 ** Math.max(0, failures - 1));
}
