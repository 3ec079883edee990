/** Who behaves asks again and again while others don't, and how long the slowest answer took is kept. */
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

export class Patience {
  #isOver = false;
  #slowestMs = 0;
  readonly #asking: Promise<void>;

  /** @param ask resolves with the answer */
  constructor(ask: () => Promise<void>) {
    this.#asking = this.#askOn(ask);
    // It is awaited at the end; what fails before that must not end the whole run.
    this.#asking.catch(() => {});
  }

  /** Asks no more. Answers how long the slowest answer took, ms. @throws what an `ask` threw */
  async end(): Promise<number> {
    this.#isOver = true;
    await this.#asking;
    return this.#slowestMs;
  }

  async #askOn(ask: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      const sinceMs = performance.now();
      await ask();
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - sinceMs);
      await sleep(EVERY_MS);
    }
  }
}
