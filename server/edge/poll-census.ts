/** A polling page asks at least this often, whatever the level. */
const WINDOW_MS = 10_000;
const MAX_KEYS = 20_000;

export interface PollRequest {
  /** Address and browser. */
  who: string;
  cadenceMs: number;
  nowMs: number;
}

/**
 * How many viewers poll. Polling is anonymous and stateless, so this is an estimate: distinct address and browser, or,
 * where many share an address, what the rate of requests says; the larger of the two.
 */
export class PollCensus {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #current = new Set<string>();
  #previous = new Set<string>();
  /** What the requests stand for: a page that asks every 3 s covers 3 s with each. */
  #coveredMs = 0;
  #previousCoveredMs = 0;

  /** `cadenceMs`: how often a page is told to ask. `nowMs`: monotonic. */
  note({ who, cadenceMs, nowMs }: PollRequest): void {
    this.#turn(nowMs);
    this.#coveredMs += Math.max(cadenceMs, 1_000);
    if (this.#current.size < MAX_KEYS) this.#current.add(who);
  }

  count(nowMs: number): number {
    this.#turn(nowMs);
    const byRate = this.#previousCoveredMs / WINDOW_MS;
    return Math.max(this.#current.size, this.#previous.size, Math.round(byRate));
  }

  #turn(nowMs: number): void {
    const passed = nowMs - this.#windowStartMs;
    if (passed < WINDOW_MS) return;
    const stale = passed >= 2 * WINDOW_MS;
    this.#previous = stale ? new Set() : this.#current;
    this.#previousCoveredMs = stale ? 0 : this.#coveredMs;
    this.#current = new Set();
    this.#coveredMs = 0;
    this.#windowStartMs = nowMs;
  }
}
