/** Looks after this machine's own server while the windows show another one: a browser may have put something on air there. */

const LOOK_EVERY_MS = 2_000;

export interface UnseenRunsOptions {
  /** Whether nobody else looks. */
  looking: () => boolean;
  /** Runs that are armed, open, paused or closing. @throws when the server doesn't answer */
  busyRuns: () => Promise<number>;
}

export class UnseenRuns {
  readonly #options: UnseenRunsOptions;
  #busyRuns = 0;

  constructor(options: UnseenRunsOptions) {
    this.#options = options;
    setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** 0 while the windows themselves show that server. */
  get busyRuns(): number {
    return this.#options.looking() ? this.#busyRuns : 0;
  }

  async look(): Promise<void> {
    if (!this.#options.looking()) {
      this.#busyRuns = 0;
      return;
    }
    // A server that doesn't answer is as busy as it was when it did.
    this.#busyRuns = await this.#options.busyRuns().catch(() => this.#busyRuns);
  }
}
