import type { BallotAnswer, BallotBatch } from '../../shared/protocol/backplane.ts';
import type { BatchEnd, SocketLink } from '../backplane/socket-link.ts';
import type { BallotTaker, TakerSide } from './ballot-taker.ts';

/**
 * Gives batches to the core's ballot box over the link that carries all else, too. So whatever the edge says behind a batch
 * reaches the core behind it, and a barrier is answered without a wait for what was given before it.
 */
export class LinkTaker implements BallotTaker, BatchEnd {
  readonly link: SocketLink;
  readonly #side: TakerSide;
  /** Numbers that have been given and not answered. */
  readonly #owed = new Set<number>();
  #waiters: { owed: Set<number>; settled: () => void }[] = [];
  #closed = false;

  /** @param linkFor makes the link of which this is the end for batches */
  constructor(side: TakerSide, linkFor: (batches: BatchEnd) => SocketLink) {
    this.#side = side;
    this.link = linkFor(this);
  }

  get up(): boolean {
    return !this.#closed && this.link.up;
  }

  get unanswered(): number {
    return this.#owed.size;
  }

  take(batch: BallotBatch, left: () => void): void {
    this.#owed.add(batch.batchNo);
    this.link.sendBatch(batch, left);
  }

  settled(): Promise<void> {
    if (this.#owed.size === 0) return Promise.resolve();
    return new Promise((settled) => this.#waiters.push({ owed: new Set(this.#owed), settled }));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  linkUp(): void {
    if (!this.#closed) this.#side.cameUp();
  }

  answered(batchNo: number, answers: readonly BallotAnswer[]): void {
    this.#owed.delete(batchNo);
    this.#side.answered(batchNo, answers);
    for (const { owed } of this.#waiters) owed.delete(batchNo);
    for (const { owed, settled } of this.#waiters) if (owed.size === 0) settled();
    this.#waiters = this.#waiters.filter(({ owed }) => owed.size > 0);
  }
}
