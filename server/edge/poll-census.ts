/** A polling page asks at least this often, whatever the level. */
const WINDOW_MS = 10_000;
const MAX_KEYS = 20_000;

/**
 * How many viewers poll. Polling is anonymous and stateless, so this is an estimate: distinct address and browser, or,
 * where many share an address, what the rate of requests says; the larger of the two.
 */
export class PollCensus {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #current = new Set<string>();
  #previous = new Set<string>();
  #requests = 0;
  #previousRequests = 0;

  /** Monotonic ms. */
  note(address: string, agent: string, nowMs: number): void {
    this.#turn(nowMs);
    this.#requests += 1;
    if (this.#current.size < MAX_KEYS) this.#current.add(`${address} ${agent}`);
  }

  /** `cadenceMs`: how often a page is told to ask. */
  count(nowMs: number, cadenceMs: number): number {
    this.#turn(nowMs);
    const byRate = (this.#previousRequests * Math.max(cadenceMs, 1_000)) / WINDOW_MS;
    return Math.max(this.#current.size, this.#previous.size, Math.round(byRate));
  }

  #turn(nowMs: number): void {
    const passed = nowMs - this.#windowStartMs;
    if (passed < WINDOW_MS) return;
    const stale = passed >= 2 * WINDOW_MS;
    this.#previous = stale ? new Set() : this.#current;
    this.#previousRequests = stale ? 0 : this.#requests;
    this.#current = new Set();
    this.#requests = 0;
    this.#windowStartMs = nowMs;
  }
}
