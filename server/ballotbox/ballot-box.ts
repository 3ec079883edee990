import type { BallotRow, EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { BallotClasses, CommitVitals, Tally } from '../../shared/protocol/desk.ts';
import type { RunId } from '../../shared/protocol/ids.ts';

/** A batch as an edge sent it. (edgeId, edgeEpoch, batchNo) names it for good; a repeated batch counts nothing twice and is answered again. */
export interface SubmittedBatch {
  edgeId: string;
  edgeEpoch: string;
  batchNo: number;
  ballots: BallotRow[];
  classes: EdgeClassDeltas;
}

/** A batch on its way to the box's writer, unread. `text`: what `batchText` made. */
export interface UnreadBatch {
  edgeId: string;
  edgeEpoch: string;
  /** Ballots in it. */
  count: number;
  text: string;
}

export interface SealedRun {
  /** Hex head of the run's hash chain. */
  head: string;
  tally: Tally;
}

/** Counted from the ledger at one moment; `live` is the cache's count at that same moment. */
export interface RecountResult {
  total: number;
  options: Tally['options'];
  classes: BallotClasses;
  head: string;
  live: Tally;
  chain: 'ok' | 'broken';
}

/** What a commit changed, told after it is on disk. */
export interface LiveCount {
  tally: Tally;
  /** `accepted` receipts given out, first answers only; equals `tally.total` unless something is wrong. */
  acknowledged: number;
}

/**
 * The ballot box: the one owner of dedupe and of the ledgers. Its writer is a worker thread; `accepted` is answered only
 * after the commit is on disk. Messages keep their order: a rule set before a batch holds for it.
 */
export interface BallotBox {
  /** Adds or replaces what is known of these runs. */
  setRules(rules: RunRule[]): void;
  /** Answers come after the commit, as `answersText` writes them; rejects only when the box is closed. */
  submit(batch: UnreadBatch): Promise<string>;
  /** Attempts that a dead edge had counted and not flushed: they stand in `unknown`. */
  noteUnknown(edgeId: string, edgeEpoch: string, deltas: EdgeClassDeltas): void;
  /** Ends intake for good: batches submitted before are in, later ballots are `late`. Repeating it gives the same seal. */
  seal(runId: RunId): Promise<SealedRun>;
  /** The cache of live counters; null when the run has no ballots and no rule. */
  live(runId: RunId): LiveCount | null;
  recount(runId: RunId): Promise<RecountResult>;
  /** At archive: the counts stay, the link between voters and ballots is gone. */
  destroySalt(runId: RunId): Promise<void>;
  vitals(): {
    queueDepth: number;
    queueHeadAgeMs: number;
    /** Null when no ballot was committed in the last seconds. */
    commits: CommitVitals | null;
    writable: boolean;
    error: string | null;
  };
  close(): Promise<void>;
}
