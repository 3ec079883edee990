/** What the core waits for (`due-steps.ts`), on timers. Armed anew from the state at every change and at every start. */
import type { ShowState } from '../../shared/domain/show-state.ts';
import { type Deadline, deadlinesOf } from './due-steps.ts';

/** Node's timers hold 31 bits of ms. */
const LONGEST_MS = 2_000_000_000;

export class Timers {
  readonly #nowMs: () => number;
  readonly #onDue: (deadline: Deadline) => void;
  readonly #armed = new Map<string, { deadline: Deadline; timer: NodeJS.Timeout }>();

  constructor(options: { nowMs: () => number; onDue: (deadline: Deadline) => void }) {
    this.#nowMs = options.nowMs;
    this.#onDue = options.onDue;
  }

  /** Arms what this state waits for and forgets the rest. */
  follow(state: ShowState): void {
    const deadlines = deadlinesOf(state);
    for (const [key, { deadline }] of this.#armed) {
      if (deadlines.get(key)?.of !== deadline.of) this.#disarm(key);
    }
    for (const [key, deadline] of deadlines) {
      const armed = this.#armed.get(key);
      if (armed === undefined) this.#arm(key, deadline);
      // The same is due, perhaps in other words: whose pin it was may be called something else by now.
      else armed.deadline = deadline;
    }
  }

  /** After core time got a new anchor. */
  rearm(): void {
    for (const [key, { deadline }] of [...this.#armed]) {
      this.#disarm(key);
      this.#arm(key, deadline);
    }
  }

  stop(): void {
    for (const key of [...this.#armed.keys()]) this.#disarm(key);
  }

  #arm(key: string, deadline: Deadline): void {
    const waitMs = Math.max(0, deadline.atMs - this.#nowMs());
    const timer = setTimeout(
      () => {
        const newest = this.#armed.get(key)?.deadline ?? deadline;
        // Timers may come a millisecond early against another clock; nothing is done before its time.
        if (this.#nowMs() < newest.atMs) this.#arm(key, newest);
        else this.#onDue(newest);
      },
      Math.min(waitMs, LONGEST_MS),
    );
    this.#armed.set(key, { deadline, timer });
  }

  #disarm(key: string): void {
    const armed = this.#armed.get(key);
    if (armed) clearTimeout(armed.timer);
    this.#armed.delete(key);
  }
}
