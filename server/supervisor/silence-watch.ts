/** Checks back to the processor time that a part must have gone on from since, to count as working. */
const WORKING_CHECKS = 3;

/**
 * Notices that a part has gone silent: a stopped process on a shared port would swallow its share of connections. One that is
 * silent and still uses processor time is flooded, or gets little of it, and has longer: to kill an edge in the rush
 * would bring all its viewers back into it. Fed with the time of every check, so that this process's own absence (suspended machine, a long pause) is told apart
 * from the part's silence.
 */
export class SilenceWatch {
  #lastHeardMs: number;
  #lastCheckMs: number;
  #everReady = false;
  /** Processor time at the last checks, the newest last. */
  #ticks: number[] = [];
  readonly #limits: SilenceLimits;

  constructor(limits: SilenceLimits, nowMs: number) {
    this.#limits = limits;
    this.#lastHeardMs = nowMs;
    this.#lastCheckMs = nowMs;
  }

  heard(nowMs: number): void {
    this.#lastHeardMs = nowMs;
  }

  becameReady(): void {
    this.#everReady = true;
  }

  /**
   * Whether the part must be taken for hung. To be asked every `checkEveryMs`.
   * @param cpuTicks its processor time so far, in any unit; null: not known
   */
  isHung(nowMs: number, cpuTicks: number | null): boolean {
    const { checkEveryMs, silentMs, busyMs, silentBeforeReadyMs } = this.#limits;
    const before = this.#ticks[0];
    const isWorking = cpuTicks !== null && before !== undefined && cpuTicks > before;
    if (cpuTicks !== null) this.#ticks = [...this.#ticks, cpuTicks].slice(-WORKING_CHECKS);
    // The part's messages wait in the pipe while we don't run; they get one more round to be read.
    if (nowMs - this.#lastCheckMs > 2 * checkEveryMs) this.#lastHeardMs = nowMs;
    this.#lastCheckMs = nowMs;
    const mostMs = !this.#everReady ? silentBeforeReadyMs : isWorking ? busyMs : silentMs;
    return nowMs - this.#lastHeardMs > mostMs;
  }
}

/** A start that was given up this often in a row is waited for no longer than the last time. */
const MAX_DOUBLINGS = 3;

/**
 * Limits for a part whose last starts were given up: twice the time for each. A machine that is short of processor time
 * starts everything slowly, and killing what starts to start it again would make it slower for good.
 */
export function limitsAfter(limits: SilenceLimits, startsGivenUp: number): SilenceLimits {
  const silentBeforeReadyMs = limits.silentBeforeReadyMs * 2 ** Math.min(startsGivenUp, MAX_DOUBLINGS);
  return { ...limits, silentBeforeReadyMs };
}

export interface SilenceLimits {
  /** A part that has been ready. */
  silentMs: number;
  /** One that goes on using processor time. */
  busyMs: number;
  /** A part that is still starting: replaying a long show keeps it busy. */
  silentBeforeReadyMs: number;
  checkEveryMs: number;
}

export const SILENCE_LIMITS: SilenceLimits = {
  silentMs: 3_000,
  busyMs: 15_000,
  silentBeforeReadyMs: 15_000,
  checkEveryMs: 500,
};
