import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

export interface UntilOptions {
  withinMs: number;
  /** What is awaited, as the end of "waited for …". */
  what: string;
  /** For waits that are too many to be worth a line each. */
  isQuiet: boolean;
}

/**
 * Waits for a condition to give something, prints how long that took, and answers what it gave. A condition that throws
 * is not met yet (the server may be between two lives); its last error is part of the failure.
 *
 * @param condition met by everything but null, undefined and false
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { withinMs = 60_000, what, isQuiet = false }: Partial<UntilOptions> & { what: string },
): Promise<NonNullable<Exclude<T, false>>> {
  const startMs = performance.now();
  let lastError: unknown = null;
  for (;;) {
    try {
      const value = await condition();
      if (value !== null && value !== undefined && value !== false) {
        if (!isQuiet) console.log(`${what}: after ${Math.round(performance.now() - startMs)} ms`);
        return value as NonNullable<Exclude<T, false>>;
      }
      lastError = null;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() - startMs > withinMs) {
      throw new Error(`waited ${withinMs} ms in vain for: ${what}`, lastError === null ? {} : { cause: lastError });
    }
    await sleep(POLL_MS);
  }
}

/** Waits until the wall clock, which core time is anchored to, shows a moment: for tests of deadlines. */
export async function untilTime(atMs: number): Promise<void> {
  while (Date.now() < atMs) await sleep(Math.max(1, atMs - Date.now()));
}
