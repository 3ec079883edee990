/**
 * Whether somebody is still there for whom this server runs: the process that started it, or an app that adopted it.
 * Without any from the start (a service manager, a plain command) none is needed.
 */
export class ParentWatch {
  readonly #present = new Set<object>();
  readonly #graceMs: number;
  readonly #onOrphaned: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** @param graceMs how long a crashed app has for coming back */
  constructor(graceMs: number, onOrphaned: () => void) {
    this.#graceMs = graceMs;
    this.#onOrphaned = onOrphaned;
  }

  present(parent: object): void {
    this.#present.add(parent);
    this.stop();
  }

  gone(parent: object): void {
    if (!this.#present.delete(parent) || this.#present.size > 0) return;
    this.#timer = setTimeout(this.#onOrphaned, this.#graceMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
