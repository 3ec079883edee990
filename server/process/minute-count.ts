import { type MonotonicMs, rawMs } from '../../shared/domain/time.ts';

const SLOT_MS = 5_000;
const SLOTS = 12;

/** How many came within the last minute, to five seconds. */
export class MinuteCount {
  readonly #slots: number[] = new Array<number>(SLOTS).fill(0);
  #newest = Number.NEGATIVE_INFINITY;

  add(count: number, now: MonotonicMs): void {
    this.#goTo(now);
    this.#slots[this.#newest % SLOTS] = (this.#slots[this.#newest % SLOTS] ?? 0) + count;
  }

  at(now: MonotonicMs): number {
    this.#goTo(now);
    return this.#slots.reduce((sum, count) => sum + count, 0);
  }

  #goTo(now: MonotonicMs): void {
    const slot = Math.floor(rawMs(now) / SLOT_MS);
    if (slot <= this.#newest) return;
    for (let i = Math.max(this.#newest + 1, slot - SLOTS + 1); i <= slot; i += 1) this.#slots[i % SLOTS] = 0;
    this.#newest = slot;
  }
}
