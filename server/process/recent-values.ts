const KEPT = 2_048;
/** How far back the figures reach. */
export const RECENT_MS = 5_000;

/** Measured values of the last seconds. Bounded: under load it is a sample of the newest. */
export class RecentValues {
  readonly #atMs = new Float64Array(KEPT);
  readonly #values = new Float64Array(KEPT);
  #count = 0;

  /** `nowMs`: monotonic. */
  note(nowMs: number, value: number): void {
    const slot = this.#count % KEPT;
    this.#atMs[slot] = nowMs;
    this.#values[slot] = value;
    this.#count += 1;
  }

  /** Each share's percentile (nearest rank, 1 is the largest), in the order asked; null where nothing was noted lately. */
  percentiles<const S extends readonly number[]>(nowMs: number, shares: S): { [K in keyof S]: number } | null {
    const recent = this.#values
      .subarray(0, this.#count)
      .filter((_, slot) => nowMs - (this.#atMs[slot] ?? 0) <= RECENT_MS)
      .sort();
    if (recent.length === 0) return null;
    const at = (share: number) => recent[Math.max(0, Math.ceil(recent.length * share) - 1)] ?? 0;
    return shares.map(at) as { [K in keyof S]: number };
  }
}
