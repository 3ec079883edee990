import { type MonotonicMs, rawMs, sinceMs } from '../../shared/domain/time.ts';

/** Samples kept: two seconds of them at one every 250 ms. */
const SAMPLES = 8;
/** Whole milliseconds on the wire and scheduling noise: smaller differences are no step of the core's clock. */
const STEP_TOLERANCE_MS = 5;

interface Sample {
  roundTripMs: number;
  /** Core epoch time minus the edge's monotonic time. */
  offsetMs: number;
}

/**
 * Core time at an edge: the monotonic clock plus an offset learnt from ping and pong. Of the last samples the one with
 * the shortest round trip counts, since half of a round trip is the most it can be wrong by. The edge's own wall clock
 * serves only until the first word from the core.
 */
export class CoreClock {
  readonly #monotonicNow: () => MonotonicMs;
  readonly #wallMs: () => number;
  #samples: Sample[] = [];
  #offsetMs: number | null = null;

  constructor(monotonicNow: () => MonotonicMs, wallMs: () => number) {
    this.#monotonicNow = monotonicNow;
    this.#wallMs = wallMs;
  }

  monotonicNow(): MonotonicMs {
    return this.#monotonicNow();
  }

  /** Whole core epoch ms. */
  nowMs(): number {
    if (this.#offsetMs === null) return Math.floor(this.#wallMs());
    return Math.floor(rawMs(this.#monotonicNow()) + this.#offsetMs);
  }

  /** `sentAt`: when the ping went that `serverNowMs` answers. Call it at once when the answer arrives. */
  learn(sentAt: MonotonicMs, serverNowMs: number): void {
    const roundTripMs = sinceMs(this.#monotonicNow(), sentAt);
    const sample = { roundTripMs, offsetMs: serverNowMs - (rawMs(sentAt) + roundTripMs / 2) };
    // The core's clock steps when its machine was suspended, or when a new core counts from another anchor. Older
    // samples then contradict the new one by more than both round trips allow, and are worth nothing.
    const contradicts = (old: Sample) =>
      Math.abs(old.offsetMs - sample.offsetMs) > (old.roundTripMs + roundTripMs) / 2 + STEP_TOLERANCE_MS;
    if (this.#samples.some(contradicts)) this.#samples = [];
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#offsetMs = this.#samples.reduce((best, s) => (s.roundTripMs <= best.roundTripMs ? s : best)).offsetMs;
  }
}
