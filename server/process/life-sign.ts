import { type MonotonicMs, NEVER, sinceMs } from '../../shared/domain/time.ts';

/** Units of work between two looks at the clock. */
const LOOK_EVERY = 32;

/**
 * Says that this process lives, from its timer and from its work. A flood of bytes can keep the event loop from its timers for
 * seconds (libuv reads up to 49,000 ready sockets before it looks at them), and whoever watches must not take that for a
 * process that hangs.
 */
export class LifeSign {
  readonly #everyMs: number;
  readonly #monotonicNow: () => MonotonicMs;
  readonly #say: () => void;
  #saidAt = NEVER;
  #worked = 0;

  constructor(everyMs: number, monotonicNow: () => MonotonicMs, say: () => void) {
    this.#everyMs = everyMs;
    this.#monotonicNow = monotonicNow;
    this.#say = say;
  }

  /** To be called for every unit of work: a frame, an answer. */
  worked(): void {
    this.#worked += 1;
    if (this.#worked % LOOK_EVERY === 0) this.due();
  }

  /** Says it unless it has just been said. */
  due(): void {
    const now = this.#monotonicNow();
    if (sinceMs(now, this.#saidAt) < this.#everyMs) return;
    this.#saidAt = now;
    this.#say();
  }
}
