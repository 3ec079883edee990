import type { EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Concentration, Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { BallotClasses } from '../../shared/protocol/records.ts';
import type { CommitVitals } from '../../shared/protocol/vitals.ts';

/** How far a run's chain goes, and what the run had counted by then. */
export interface RunHead {
  runId: RunId;
  /** Hex head of the run's hash chain. */
  head: string;
  /** Number of the link that it is the hash of; 0 before the first. */
  link: number;
  tally: Tally;
}

/** What the journal knows of a run that has opened, and the ledger must hold. */
export interface KnownRun {
  runId: RunId;
  /** With what the journal has sealed it; null: it has not. */
  sealed: SealedRun | null;
  /** The last head that the ledger has told; null: none. */
  told: RunHead | null;
}

export interface SealedRun {
  /** Hex head of the run's hash chain. */
  head: string;
  tally: Tally;
}

/** As it is told when a run is sealed. */
export interface NewlySealed extends SealedRun {
  /** How much of it came from few networks; null: nothing that stands out, or nobody knows. */
  concentrated: Concentration | null;
}

/** Counted from the ledger at one moment. `live` is what it is compared with: the count that the journal has sealed, else the live counter's at that same moment. */
export interface RecountResult {
  total: number;
  options: Tally['options'];
  classes: BallotClasses;
  /** Null also once the run is archived. */
  concentrated: Concentration | null;
  head: string;
  live: Tally;
  chain: 'ok' | 'broken';
}

/** What a commit changed, told after it is on disk. */
export interface LiveCount {
  tally: Tally;
  /** `accepted` receipts given out, first answers only; equals `tally.total` unless something is wrong. */
  acknowledged: number;
  head: string;
  /** Number of the link that `head` is the hash of; 0 before the first. */
  link: number;
}

/** `unavailable`: the disk takes no write; nothing was done and the same call may be made again. `closed`: the ledger is closed. */
export class BallotBoxError extends Error {
  readonly code: 'unavailable' | 'closed' | 'recount-failed';

  constructor(code: BallotBoxError['code'], message: string) {
    super(message);
    this.name = 'BallotBoxError';
    this.code = code;
  }
}

export interface LedgerVitals {
  /** Ballots that wait. */
  queueDepth: number;
  queueHeadAgeMs: number;
  /** Null when no ballot was committed in the last seconds. */
  commits: CommitVitals | null;
  writable: boolean;
  error: string | null;
}

/**
 * What the core asks of the ballots' store, wherever ballots are judged. Once closed, `BallotBoxError` `closed` is all that it says.
 */
export interface Ledger {
  /** Adds or replaces what is known of these runs. Resolves once every ballot that is taken from then on is judged by it. */
  setRules(rules: readonly RunRule[]): Promise<void>;
  /** Attempts that a dead edge had counted and not flushed: they stand in `unknown`. */
  noteUnknown(edgeId: string, edgeEpoch: string, deltas: EdgeClassDeltas): void;
  /**
   * Ends intake for good: batches taken before are in, later ballots are `late`. Repeating it gives the same seal.
   *
   * @throws BallotBoxError `unavailable`
   */
  seal(runId: RunId): Promise<NewlySealed>;
  /** The cache of live counters; null when the run has no ballots and no rule. */
  live(runId: RunId): LiveCount | null;
  /**
   * @param known what the journal knows of the run; null: nothing, as of one that has not opened
   * @throws BallotBoxError `recount-failed` where what is stored can't be read
   */
  recount(runId: RunId, known: KnownRun | null): Promise<RecountResult>;
  /**
   * At archive: the counts stay, the link between voters and ballots is gone.
   *
   * @throws BallotBoxError `unavailable`
   */
  destroySalt(runId: RunId): Promise<void>;
  vitals(): LedgerVitals;
  /** Answers what it was asked before. */
  close(): Promise<void>;
}
