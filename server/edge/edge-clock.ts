import { type MonotonicMs, rawMs, sinceMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';

/** Samples kept: two seconds of them at one every 250 ms. */
const SAMPLES = 8;
/** Whole milliseconds on the wire and scheduling noise: smaller differences are no step of the core's clock. */
const STEP_TOLERANCE_MS = 5;

interface Sample {
  roundTripMs: number;
  /** Core epoch time minus the edge's monotonic time. */
  offsetMs: number;
}

export interface EdgeClockOptions {
  monotonicNow: () => MonotonicMs;
  /** Epoch ms. */
  wallMs: () => number;
  /** What core time hung on last on this machine, or null. */
  anchor: ClockAnchor | null;
}

/**
 * Core time at an edge: the monotonic clock plus an offset learnt from ping and pong. Of the last samples the one with
 * the shortest round trip counts, since half of a round trip is the most it can be wrong by. Until the first word from the
 * core it goes on from where the last one stood: viewers may be here before the core is back, and somebody may have set the
 * wall clock meanwhile. That one serves only where no core has ever told its time.
 */
export class EdgeClock {
  readonly #monotonicNow: () => MonotonicMs;
  readonly #wallMs: () => number;
  #samples: Sample[] = [];
  #offsetMs: number | null = null;

  constructor({ monotonicNow, wallMs, anchor }: EdgeClockOptions) {
    this.#monotonicNow = monotonicNow;
    this.#wallMs = wallMs;
    this.#offsetMs = anchor === null ? null : anchor.coreMs - anchor.monotonicMs;
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

  /** The core has set its time. What it says next counts by the new one, and the next ping may be a quarter of a second away. */
  shift(byMs: number): void {
    this.#samples = this.#samples.map((sample) => ({ ...sample, offsetMs: sample.offsetMs + byMs }));
    if (this.#offsetMs !== null) this.#offsetMs += byMs;
  }
}
