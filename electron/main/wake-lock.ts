/** Keeps the display from going to sleep while a show needs it: what is on air must be in sight without touching a mouse. */

/** Electron's powerSaveBlocker, for displays. */
export interface SleepBlocker {
  start(): number;
  stop(id: number): void;
}

export class WakeLock {
  readonly #blocker: SleepBlocker;
  #held: number | null = null;

  constructor(blocker: SleepBlocker) {
    this.#blocker = blocker;
  }

  get held(): boolean {
    return this.#held !== null;
  }

  /** @returns whether anything changed */
  set(awake: boolean): boolean {
    if (awake === this.held) return false;
    if (this.#held !== null) this.#blocker.stop(this.#held);
    this.#held = awake ? this.#blocker.start() : null;
    return true;
  }
}
