const KEPT = 2_048;
const WINDOW_MS = 5_000;

/** How long ballots of the last seconds waited for their answer. Bounded: under load it is a sample of the newest. */
export class AckTimes {
  readonly #atMs = new Float64Array(KEPT);
  readonly #tookMs = new Float64Array(KEPT);
  #count = 0;

  /** Monotonic ms. */
  note(nowMs: number, tookMs: number): void {
    const slot = this.#count % KEPT;
    this.#atMs[slot] = nowMs;
    this.#tookMs[slot] = tookMs;
    this.#count += 1;
  }

  /** Percentiles in ms, 0 where nothing was answered lately. */
  summary(nowMs: number): { p50Ms: number; p99Ms: number } {
    const recent: number[] = [];
    for (let i = 0; i < Math.min(this.#count, KEPT); i += 1) {
      if (nowMs - (this.#atMs[i] ?? 0) <= WINDOW_MS) recent.push(this.#tookMs[i] ?? 0);
    }
    recent.sort((a, b) => a - b);
    const at = (share: number) => recent[Math.max(0, Math.ceil(recent.length * share) - 1)] ?? 0;
    return { p50Ms: at(0.5), p99Ms: at(0.99) };
  }
}
