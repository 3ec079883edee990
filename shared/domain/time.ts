/**
 * The two kinds of time. Core time is shown, stored and compared between machines, and somebody may set it: it is a number of
 * epoch ms. Monotonic time measures how long something took, has lasted or is still to last; it never goes back and means
 * nothing outside of its machine's boot. To the compiler it is no number, so that the two can't be subtracted from one another,
 * and neither can be passed for the other.
 */
declare const core: unique symbol;
declare const monotonic: unique symbol;

/** Whole core epoch ms. */
export type CoreMs = number & { readonly [core]: true };

/** A moment on the machine's monotonic clock, which every process of it reads alike. */
export interface MonotonicMs {
  readonly [monotonic]: true;
}

export function coreMs(epochMs: number): CoreMs {
  return epochMs as CoreMs;
}

/** @param ms since the clock's own zero */
export function monotonicMs(ms: number): MonotonicMs {
  return ms as unknown as MonotonicMs;
}

/** The clock's own number, for a file or another process of this machine. */
export function rawMs(at: MonotonicMs): number {
  return at as unknown as number;
}

/** How long `now` is after `then`, ms. */
export function sinceMs(now: MonotonicMs, then: MonotonicMs): number {
  return rawMs(now) - rawMs(then);
}

/** The moment that comes `byMs` after `at`. */
export function afterMs(at: MonotonicMs, byMs: number): MonotonicMs {
  return monotonicMs(rawMs(at) + byMs);
}

/** Before any moment: what has never happened. */
export const NEVER: MonotonicMs = monotonicMs(Number.NEGATIVE_INFINITY);
