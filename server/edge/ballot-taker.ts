/** What an edge hands its ballots to. Whoever stands behind it, a ballot is accepted only once it is durable there. */
import type { BallotAnswer, BallotBatch } from '../../shared/protocol/backplane.ts';

/** What a taker tells the queue whose batches it takes. */
export interface TakerSide {
  /** In the order of the batch's ballots. A number that was answered before may come again, and counts once. */
  answered(batchNo: number, answers: readonly BallotAnswer[]): void;
  /** It takes batches from now on and knows of none: what has no answer yet is to be given first, in the order of the numbers. */
  cameUp(): void;
}

export interface BallotTaker {
  /** Whether batches can be given now. */
  readonly up: boolean;
  /**
   * Takes a batch; to be called only while it is up. The same number may come again, until it has its answer.
   * @param left called when the batch has left this process; never, where the way has broken meanwhile
   */
  take(batch: BallotBatch, left: () => void): void;
  /** Resolves once all that was given before this call has its answer, however often it had to be given. */
  settled(): Promise<void>;
  /** Takes nothing more, and is not up again. */
  close(): Promise<void>;
}
