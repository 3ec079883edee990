/** Answers of a size of their own, and work that has to be done for them: pages of a log, curves, recounts, bundles. */

/** Of one holder, on all its connections. A page of the log is a megabyte; a browser asks for six things at once. */
const MOST_UNDER_WAY = 32;

/** Threat: one token asks for as much as it likes on hundreds of connections, and takes in nothing or leaves at once. */
export class LargeAnswers {
  readonly #underWay = new Map<string, number>();

  /**
   * Makes an answer, which counts until it was made and has left the core. Null where too many of this holder's do.
   *
   * @param gone resolves once it has gone out, or can't any more
   */
  async make<T>(holder: string, gone: Promise<void>, answer: () => Promise<T>): Promise<{ answer: T } | null> {
    const before = this.#underWay.get(holder) ?? 0;
    if (before >= MOST_UNDER_WAY) return null;
    this.#underWay.set(holder, before + 1);
    try {
      return { answer: await answer() };
    } finally {
      void gone.then(() => this.#left(holder));
    }
  }

  #left(holder: string): void {
    const left = (this.#underWay.get(holder) ?? 1) - 1;
    if (left > 0) this.#underWay.set(holder, left);
    else this.#underWay.delete(holder);
  }
}
