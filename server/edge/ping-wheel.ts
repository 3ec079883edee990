const SLOTS = 20;

/** Something that stands in a wheel. */
export interface Spoke {
  /** Where it stands; set by the wheel. */
  slot: number;
}

/**
 * One timer for any number of connections: each stands in one of 20 slots, and each turn of the wheel visits one slot,
 * so that every connection has its turn once per round and the work is spread evenly.
 */
export class PingWheel<T extends Spoke> {
  readonly #slots: Set<T>[] = Array.from({ length: SLOTS }, () => new Set<T>());
  #turns = 0;
  #next = 0;

  /** How often `turn` has to be called for a round of `roundMs`. */
  static turnMs(roundMs: number): number {
    return Math.max(1, Math.floor(roundMs / SLOTS));
  }

  /** Turns made so far; what a connection's last sign of life is measured in. */
  get turns(): number {
    return this.#turns;
  }

  /** New connections go round robin, else a burst of arrivals would share one slot for as long as it lives. */
  add(item: T): void {
    this.#next = (this.#next + 1) % SLOTS;
    item.slot = this.#next;
    this.#slots[item.slot]?.add(item);
  }

  delete(item: T): void {
    this.#slots[item.slot]?.delete(item);
  }

  /** The connections whose turn it is. */
  turn(): Iterable<T> {
    this.#turns += 1;
    return this.#slots[this.#turns % SLOTS] ?? [];
  }
}
