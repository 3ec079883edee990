/**
 * Over what time the viewers of an edge that dies come back, which is what they are told as `jitterMs`: the fuller the
 * fullest edge, the longer, so that those who take them in have room for the show beside it.
 */
import { CALM_HINTS } from '../../shared/domain/ladder.ts';

/** Of the 5,000 or so a second that one edge can take in when it has nothing else to do. */
const RETURNS_PER_S = 2_000;
/** Few steps: every change is a state for everybody. */
const STEPS_MS = [CALM_HINTS.jitterMs, 5_000, 8_000, 12_000] as const;
/** A step down is taken once so much less would do. */
const SLACK = 1.25;
/** Counts that moved by less than this part in `CALM_MS` are settled. */
const MOVED = 0.1;
const CALM_MS = 10_000;
const FEW_VIEWERS = 1_000;

function stepFor(viewers: number): number {
  const neededMs = (viewers / RETURNS_PER_S) * 1_000;
  return STEPS_MS.find((stepMs) => stepMs >= neededMs) ?? Math.max(...STEPS_MS);
}

export class ReturnSpread {
  #nowMs = 0;
  #wantedMs: number = CALM_HINTS.jitterMs;
  #mark = { viewers: 0, atMs: Number.NEGATIVE_INFINITY };

  /** What viewers should be told by now, ms; a state that goes out for another reason carries it. */
  get wantedMs(): number {
    return this.#wantedMs;
  }

  /** Whether it is worth a state of its own: not while people stream in, when it would hold them up and soon be outdated. */
  get isCalm(): boolean {
    return this.#nowMs - this.#mark.atMs >= CALM_MS;
  }

  /**
   * To be called as often as vitals are made.
   *
   * @param viewers on the fullest edge
   * @param nowMs on a clock that doesn't step
   */
  follow(viewers: number, nowMs: number): void {
    this.#nowMs = nowMs;
    if (Math.abs(viewers - this.#mark.viewers) > MOVED * Math.max(this.#mark.viewers, FEW_VIEWERS)) {
      this.#mark = { viewers, atMs: nowMs };
    }
    const neededMs = stepFor(viewers);
    const isShorter = neededMs < this.#wantedMs;
    this.#wantedMs = isShorter ? Math.min(this.#wantedMs, stepFor(viewers * SLACK)) : neededMs;
  }
}
