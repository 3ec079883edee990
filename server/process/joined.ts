/**
 * Work that may be asked for by many at once: one runs at a time, and whoever asks meanwhile shares the next, which begins when
 * this one has ended. So nobody gets an answer of a moment before they asked, and a hundred who ask cost two.
 */
export class Joined<T> {
  #running: Promise<unknown> | null = null;
  #next: PromiseWithResolvers<T> | null = null;

  ask(act: () => Promise<T>): Promise<T> {
    if (this.#running === null) {
      const work = act();
      this.#follow(work, act);
      return work;
    }
    this.#next ??= Promise.withResolvers<T>();
    return this.#next.promise;
  }

  #follow(work: Promise<T>, act: () => Promise<T>): void {
    this.#running = work.then(
      () => this.#turn(act),
      () => this.#turn(act),
    );
  }

  #turn(act: () => Promise<T>): void {
    this.#running = null;
    const next = this.#next;
    this.#next = null;
    if (next === null) return;
    const work = act();
    next.resolve(work);
    this.#follow(work, act);
  }
}
