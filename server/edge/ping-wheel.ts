const SLOTS = 20;
/** Turns from one look at a connection to the next; divides `SLOTS`. */
const LOOK_EVERY = 4;

/** Something that stands in a wheel. */
export interface Spoke {
  /** Where it stands; set by the wheel. */
  slot: number;
  /** Turn of the wheel at its last sign of life; set by the wheel. */
  seenAtTurn: number;
}

/**
 * One timer for any number of connections: each stands in one of 20 slots, and each turn of the wheel visits one slot,
 * so that every connection has its turn once per round and the work is spread evenly. Silence is measured in turns and
 * not by a clock: a process that stood still has heard nobody, and must not take that for everybody's silence.
 */
export class PingWheel<T extends Spoke> {
  readonly #slots: Set<T>[] = Array.from({ length: SLOTS }, () => new Set<T>());
  readonly #turnMs: number;
  #turns = 0;
  #next = 0;

  /** `turn` has to be called every `turnMs`. */
  constructor(roundMs: number) {
    this.#turnMs = Math.max(1, Math.floor(roundMs / SLOTS));
  }

  get turnMs(): number {
    return this.#turnMs;
  }

  /** Turns made so far. */
  get turns(): number {
    return this.#turns;
  }

  /** New connections go round robin, else a burst of arrivals would share one slot for as long as it lives. */
  add(item: T): void {
    this.#next = (this.#next + 1) % SLOTS;
    item.slot = this.#next;
    this.saw(item);
    this.#slots[item.slot]?.add(item);
  }

  delete(item: T): void {
    this.#slots[item.slot]?.delete(item);
  }

  saw(item: T): void {
    item.seenAtTurn = this.#turns;
  }

  /** The connections whose turn it is. */
  turn(): Iterable<T> {
    this.#turns += 1;
    return this.#slots[this.#turns % SLOTS] ?? [];
  }

  /**
   * The connections to be looked after this turn, a quarter of all. Pings come once a round, and who only then looked for
   * an answer would find a peer that has gone up to a round late: of 50 s of patience it would make 71.
   */
  *looked(): Generator<T> {
    for (let slot = this.#turns % LOOK_EVERY; slot < SLOTS; slot += LOOK_EVERY) yield* this.#slots[slot] ?? [];
  }

  /** At least this long ago something happened in that turn, ms: it may have been at the turn's end. */
  sinceMs(turn: number): number {
    return Math.max(0, this.#turns - turn - 1) * this.#turnMs;
  }
}
