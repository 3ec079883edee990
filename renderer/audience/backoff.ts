import type { Hints } from '../../shared/protocol/audience.ts';
import type { Env } from './env.ts';

const FIRST_SPREAD_MS = 500;
const LONGEST_SPREAD_MS = 30_000;
/** The shared cache of `/v1/state` lives one second: asking more often costs the edges and brings nothing. */
const SHORTEST_POLL_MS = 1_000;

/** A link that held this long counts as good again; until then the waits keep growing. */
const STABLE_AFTER_MS = 30_000;

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
  // A server that is late with everybody's answer is not helped by everybody's second try: each one waits twice as long.
  const patienceMs = wait.retryAfterMs ?? Math.min(16_000, 2_000 * 2 ** (wait.tries - 1));
  const grown = Math.min(8_000, FIRST_SPREAD_MS * 2 ** Math.min(wait.tries - 1, 8));
  // Acks that take longer than 2 s mean load; resending in step would be a storm.
  return Math.round(patienceMs + wait.random * Math.max(grown, Math.min(wait.hints.jitterMs, 8_000)));
}

/** Counts the page's returns in a row, over all its transports. */
export interface Backoff {
  /** Something came through. */
  good(): void;
  /** Another way carries from now on: that the last one held says nothing about it. */
  changedWay(): void;
  /** Whether things have been coming through for so long that what was before is forgotten. */
  isStable(): boolean;
  /** The link broke, or a try failed: how long to stay away, in ms. */
  failed(retryAfterMs: number | null): number;
}

export function createBackoff(env: Env, hints: () => Hints): Backoff {
  let attempt = 0;
  /** Local time since when all went well; null while it doesn't. */
  let goodSinceMs: number | null = null;

  function isStable(): boolean {
    return goodSinceMs !== null && env.nowMs() - goodSinceMs >= STABLE_AFTER_MS;
  }

  return {
    good() {
      goodSinceMs ??= env.nowMs();
    },
    changedWay() {
      goodSinceMs = null;
    },
    isStable,
    failed(retryAfterMs) {
      if (isStable()) attempt = 0;
      goodSinceMs = null;
      const delayMs = returnDelayMs({ attempt, hints: hints(), retryAfterMs, random: env.random() });
      attempt += 1;
      return delayMs;
    },
  };
}
