import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { BallotRow, EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Concentration, Tally } from '../../shared/protocol/desk-state.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { BallotClasses } from '../../shared/protocol/records.ts';
import type { CommitVitals } from '../../shared/protocol/vitals.ts';
import type { CarriedAnswers, CarriedBatch } from '../backplane/batch-text.ts';
import type { RunNetworks } from './network-counts.ts';

/** A batch as an edge sent it. (edgeId, edgeEpoch, batchNo) names it for good; a repeated batch counts nothing twice and is answered again. */
export interface SubmittedBatch {
  edgeId: string;
  edgeEpoch: string;
  batchNo: number;
  ballots: BallotRow[];
  classes: EdgeClassDeltas;
}

/** A batch on its way to the box's writer, unread. */
export interface UnreadBatch {
  edgeId: string;
  edgeEpoch: string;
  batch: CarriedBatch;
}

/** How far a run's chain goes, and what the run had counted by then. */
export interface RunHead {
  runId: RunId;
  /** Hex head of the run's hash chain. */
  head: string;
  /** Number of the link that it is the hash of; 0 before the first. */
  link: number;
  tally: Tally;
}

/** An entry of the journal: its number, and the id of its command, which no other journal has. */
export interface JournalHead {
  seq: number;
  commandId: string;
}

/** What the journal knows of a run that has opened, and the ledger must hold. */
export interface KnownRun {
  runId: RunId;
  /** With what the journal has sealed it; null: it has not. */
  sealed: SealedRun | null;
  /** The last head that the ledger has told; null: none. */
  told: RunHead | null;
}

export interface KnownShow {
  showId: string;
  runs: KnownRun[];
}

/** What a ledger itself says it belongs to. */
export interface LedgerBinding {
  /** Null: to no show yet, or it was written before ledgers said so. */
  showId: string | null;
  /** The last entry of the journal that it was told; null: none. */
  journal: JournalHead | null;
  /** Whether a run has opened in it. */
  holdsRuns: boolean;
}

/** Something that the journal knows and the ledger does not hold. */
export interface LedgerFault {
  code: 'other-show' | 'run-missing' | 'head-missing' | 'counts-differ';
  /** Null where the whole file is meant. */
  runId: RunId | null;
  /** The runs whose votes are not here, or not only: nothing is counted in them and nothing sealed. */
  lacking: RunId[];
  message: string;
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

/** As the writer told it last, and when. */
export interface ToldNetworks extends RunNetworks {
  at: MonotonicMs;
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

/**
 * The ballot box: the one owner of dedupe and of the ledgers. Its writer is a worker thread; `accepted` is answered only
 * after the commit is on disk. Messages keep their order: a rule set before a batch holds for it.
 */
export interface BallotBox {
  /** As the files said when they were opened. */
  readonly bindings: Readonly<Record<Mode, LedgerBinding>>;
  /**
   * Compares a mode's ledger with what the journal knows, by looking up heads and not by counting. One that holds it all and
   * says nothing yet about its show belongs to this one from now on. Runs that it lacks take no ballots until it is opened anew:
   * theirs are answered `unavailable`, and nothing is written of them.
   */
  bind(mode: Mode, known: KnownShow): Promise<LedgerFault[]>;
  /** The journal's last entry on disk. The ledger keeps it with what it writes next anyway. */
  journalIs(head: JournalHead): void;
  /** Adds or replaces what is known of these runs. */
  setRules(rules: RunRule[]): void;
  /** Answers come after the commit; rejects only when the box is closed. */
  submit(batch: UnreadBatch): Promise<CarriedAnswers>;
  /** Attempts that a dead edge had counted and not flushed: they stand in `unknown`. */
  noteUnknown(edgeId: string, edgeEpoch: string, deltas: EdgeClassDeltas): void;
  /** Ends intake for good: batches submitted before are in, later ballots are `late`. Repeating it gives the same seal. */
  seal(runId: RunId): Promise<NewlySealed>;
  /** The cache of live counters; null when the run has no ballots and no rule. */
  live(runId: RunId): LiveCount | null;
  /** Where the ballots of a run of late came from, a quarter of a second old at most while it takes some; null where nobody has told. */
  networks(runId: RunId): ToldNetworks | null;
  /** @param known what the journal knows of the run; null: nothing, as of one that has not opened */
  recount(runId: RunId, known: KnownRun | null): Promise<RecountResult>;
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
