import { RecentValues } from '../process/recent-values.ts';

/** How long ballots of the last seconds waited for their answer. */
export class AckTimes {
  readonly #tookMs = new RecentValues();

  /** Monotonic ms. */
  note(nowMs: number, tookMs: number): void {
    this.#tookMs.note(nowMs, tookMs);
  }

  /** Percentiles in ms, 0 where nothing was answered lately. */
  summary(nowMs: number): { p50Ms: number; p99Ms: number } {
    const [p50Ms, p99Ms] = this.#tookMs.percentiles(nowMs, [0.5, 0.99]) ?? [0, 0];
    return { p50Ms, p99Ms };
  }
}
