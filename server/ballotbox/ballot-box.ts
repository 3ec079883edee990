import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { BallotRow, EdgeClassDeltas } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { CarriedAnswers, CarriedBatch } from '../backplane/batch-text.ts';
import type { KnownRun, Ledger } from './ledger.ts';
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

/** An entry of the journal: its number, and the id of its command, which no other journal has. */
export interface JournalHead {
  seq: number;
  commandId: string;
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

/** As the writer told it last, and when. */
export interface ToldNetworks extends RunNetworks {
  at: MonotonicMs;
}

/**
 * The ledger of a show on one machine, which takes the ballots itself: the one owner of dedupe. Its writer is a worker thread; messages
 * keep their order, so a rule set before a batch holds for it.
 */
export interface BallotBox extends Ledger {
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
  /** Answers come after the commit, `accepted` once it is on disk; rejects only when the box is closed. */
  submit(batch: UnreadBatch): Promise<CarriedAnswers>;
  /** Where the ballots of a run of late came from, a quarter of a second old at most while it takes some; null where nobody has told. */
  networks(runId: RunId): ToldNetworks | null;
}
