import type { Hints } from '../../shared/protocol/audience.ts';

const FIRST_SPREAD_MS = 500;
const LONGEST_SPREAD_MS = 30_000;
/** The shared cache of `/v1/state` lives one second: asking more often costs the edges and brings nothing. */
const SHORTEST_POLL_MS = 1_000;

/** A connection that held this long counts as good again; until then the waits keep growing. */
export const STABLE_AFTER_MS = 30_000;

/** Until hints have come: thousands of pages may open in the same second. */
export const FIRST_HINTS: Hints = { level: 0, cadenceMs: 2_000, jitterMs: 1_000, retryAfterMs: 1_000, transport: 'ws' };

/**
 * How long to stay away, in ms: full jitter over a spread that doubles with each attempt in a row, never narrower than
 * the server's `jitterMs`, and never before its `retryAfterMs`. The first return (`attempt` 0) is spread over `jitterMs`
 * alone, so that the viewers of a dead edge come back evenly.
 */
export function returnDelayMs(wait: {
  attempt: number;
  hints: Hints;
  /** From a `bye`, an error or `Retry-After`; null when the server said nothing. */
  retryAfterMs: number | null;
  /** 0 to 1. */
  random: number;
}): number {
  const grown = Math.min(LONGEST_SPREAD_MS, FIRST_SPREAD_MS * 2 ** Math.min(wait.attempt, 16));
  const spreadMs = Math.max(wait.hints.jitterMs, grown);
  const floorMs = wait.retryAfterMs ?? (wait.attempt > 0 ? wait.hints.retryAfterMs : 0);
  return Math.round(floorMs + wait.random * spreadMs);
}

/** Time between two polls in ms, before jitter. */
export function pollCadenceMs(hints: Hints): number {
  return Math.max(SHORTEST_POLL_MS, hints.cadenceMs);
}

/** How long to wait for a ballot's answer before the same ballot is sent again, in ms after the try with this number (1 = first). */
export function resendDelayMs(wait: {
  tries: number;
  hints: Hints;
  retryAfterMs: number | null;
  random: number;
}): number {
  const patienceMs = wait.retryAfterMs ?? 2_000;
  const grown = Math.min(8_000, FIRST_SPREAD_MS * 2 ** Math.min(wait.tries - 1, 8));
  // Acks that take longer than 2 s mean load; resending in step would be a storm.
  return Math.round(patienceMs + wait.random * Math.max(grown, Math.min(wait.hints.jitterMs, 8_000)));
}
