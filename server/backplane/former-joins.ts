import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { LinkedEdge } from './linked-edge.ts';

/** Longer than anybody watches one show. */
const REMEMBERED_MS = 12 * 60 * 60 * 1_000;
/** An edge that dies again and again must not be remembered for each of its lives. */
const MOST_LIVES = 1_000;

type Life = Pick<LinkedEdge, 'edgeEpoch' | 'heartbeat'>;

/**
 * How many came for a token at edges that are no more. Who listens or polls comes back to another edge with the token they have, and so
 * without a join: nobody would stand behind them any more, and the forecast would not count them.
 */
export class FormerJoins {
  readonly #lives = new Map<string, { joins: number; goneAt: MonotonicMs }>();

  /** The link to this life has ended, whatever became of the edge. */
  gone({ edgeEpoch, heartbeat }: Life, now: MonotonicMs): void {
    if (heartbeat === null || heartbeat.joins === 0) return;
    this.#lives.delete(edgeEpoch);
    this.#lives.set(edgeEpoch, { joins: heartbeat.joins, goneAt: now });
    const [first] = this.#lives.keys();
    if (this.#lives.size > MOST_LIVES && first !== undefined) this.#lives.delete(first);
  }

  /** All but those of lives that tell their own again. */
  count(links: readonly Life[], now: MonotonicMs): number {
    let sum = 0;
    for (const [edgeEpoch, { joins, goneAt }] of this.#lives) {
      const tellsItself = links.some((link) => link.edgeEpoch === edgeEpoch && link.heartbeat !== null);
      if (tellsItself || sinceMs(now, goneAt) > REMEMBERED_MS) this.#lives.delete(edgeEpoch);
      else sum += joins;
    }
    return sum;
  }
}
