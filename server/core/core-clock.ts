import { uptime } from 'node:os';

/** What a check of the clocks found. `byMs` > 0: the wall clock is ahead of core time. */
export type ClockEvent = { kind: 'suspended'; byMs: number } | { kind: 'stepped'; byMs: number };

export interface ClockSources {
  /** Epoch ms. */
  wallMs: () => number;
  /** Ms, never goes back, stands still while the machine sleeps. */
  monotonicMs: () => number;
  /** Ms since boot, goes on while the machine sleeps. */
  uptimeMs: () => number;
}

export const SYSTEM_CLOCKS: ClockSources = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  uptimeMs: () => uptime() * 1000,
};

/** More than this between two checks is no slewing any more. */
const STEP_MS = 500;

/**
 * Core time: a wall anchor and a monotonic clock. Deadlines run on it, so that somebody who sets the machine's clock
 * neither closes a poll nor keeps it open.
 */
export class CoreClock {
  readonly #sources: ClockSources;
  #anchorMs: number;
  #lastUptimeMs: number;
  #lastMonotonicMs: number;
  /** Known difference to the wall; a step is reported once. */
  #offsetMs = 0;

  constructor(sources: ClockSources) {
    this.#sources = sources;
    this.#anchorMs = sources.wallMs() - sources.monotonicMs();
    this.#lastUptimeMs = sources.uptimeMs();
    this.#lastMonotonicMs = sources.monotonicMs();
  }

  /** Whole core epoch ms. */
  nowMs(): number {
    return Math.floor(this.#anchorMs + this.#sources.monotonicMs());
  }

  /** How far the wall clock is ahead of core time, ms. */
  driftMs(): number {
    return Math.round(this.#sources.wallMs() - (this.#anchorMs + this.#sources.monotonicMs()));
  }

  /**
   * To be called every 250 ms. A machine that slept gets a new anchor (the audience's time went on); a wall clock that
   * was set leaves running deadlines alone and is only reported.
   */
  check(): ClockEvent | null {
    const monotonicMs = this.#sources.monotonicMs();
    const uptimeMs = this.#sources.uptimeMs();
    const sleptMs = uptimeMs - this.#lastUptimeMs - (monotonicMs - this.#lastMonotonicMs);
    this.#lastUptimeMs = uptimeMs;
    this.#lastMonotonicMs = monotonicMs;
    if (sleptMs > STEP_MS) {
      this.#anchorMs += sleptMs;
      this.#offsetMs = this.driftMs();
      return { kind: 'suspended', byMs: Math.round(sleptMs) };
    }
    const byMs = this.driftMs();
    if (Math.abs(byMs - this.#offsetMs) <= STEP_MS) return null;
    this.#offsetMs = byMs;
    return { kind: 'stepped', byMs };
  }

  /** Takes the wall clock as it is now; only while nothing is armed or on air. */
  anchorToWall(): void {
    this.#anchorMs = this.#sources.wallMs() - this.#sources.monotonicMs();
    this.#offsetMs = 0;
  }
}
