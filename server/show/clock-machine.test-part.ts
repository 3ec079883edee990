import { monotonicMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { CoreClock } from './core-clock.ts';

export const WALL_MS = 1_800_000_000_123;
export const FIVE_DAYS_MS = 432_000_000;

/** A machine whose three clocks are moved by hand and tell their time in ticks. */
export class Machine {
  readonly at = { wallMs: WALL_MS, monotonicMs: 5_017, uptimeMs: 90_031 };
  readonly #ticks: { wall: number; monotonic: number; uptime: number };

  constructor(ticks: { wall: number; monotonic: number; uptime: number } = { wall: 1, monotonic: 1, uptime: 10 }) {
    this.#ticks = ticks;
  }

  core(anchor: ClockAnchor | null = null, bootId: string | null = 'boot'): CoreClock {
    const told = (ms: number, tick: number) => Math.floor(ms / tick) * tick;
    return new CoreClock(
      {
        wallMs: () => told(this.at.wallMs, this.#ticks.wall),
        monotonicNow: () => monotonicMs(told(this.at.monotonicMs, this.#ticks.monotonic)),
        uptimeMs: () => told(this.at.uptimeMs, this.#ticks.uptime),
      },
      { anchor, bootId },
    );
  }

  pass(ms: number): void {
    this.at.monotonicMs += ms;
    this.sleep(ms);
  }

  sleep(ms: number): void {
    this.at.wallMs += ms;
    this.at.uptimeMs += ms;
  }

  /** The uptime is told by another source from here on, such as the host and no longer the container. */
  countUptimeFrom(byMs: number): void {
    this.at.uptimeMs += byMs;
  }

  /** Somebody sets the wall clock. */
  set(byMs: number): void {
    this.at.wallMs += byMs;
  }
}
