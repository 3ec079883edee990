/** This page's own clock: epoch milliseconds that never jump while the page lives. */
export interface LocalClock {
  nowMs(): number;
}

export const pageClock: LocalClock = { nowMs: () => performance.timeOrigin + performance.now() };
