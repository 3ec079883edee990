const KEPT = 1_000;

/** How long the latest 1,000 commits took. */
export class CommitTimes {
  readonly #ms: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#ms[this.#next] = ms;
    this.#next = (this.#next + 1) % KEPT;
  }

  /** The 99th percentile (nearest rank), ms; 0 before the first commit. */
  p99Ms(): number {
    const sorted = [...this.#ms].sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
  }
}
