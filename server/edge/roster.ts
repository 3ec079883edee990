/** Someone who stands in a roster. */
export interface Seated {
  /** Where they stand, set by the roster; -1: nowhere. */
  place: number;
}

/**
 * Everyone of a crowd, in an array that is walked in a circle: leaving takes no search, and a walk can stop anywhere and go
 * on later. Who leaves gives their place to the last one, who may so fall behind the walk: a full circle misses a few
 * while people leave, and whoever must miss nobody looks at all of them once at its end.
 */
export class Roster<T extends Seated> {
  readonly #all: T[] = [];
  #next = 0;

  get size(): number {
    return this.#all.length;
  }

  add(item: T): void {
    item.place = this.#all.length;
    this.#all.push(item);
  }

  /** Nothing happens to one who is not in it. */
  delete(item: T): void {
    if (this.#all[item.place] !== item) return;
    const last = this.#all.pop();
    if (last !== undefined && last !== item) {
      this.#all[item.place] = last;
      last.place = item.place;
    }
    item.place = -1;
  }

  /** The next one of the circle, or null when there is nobody. */
  next(): T | null {
    if (this.#next >= this.#all.length) this.#next = 0;
    return this.#all[this.#next++] ?? null;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#all.values();
  }
}
