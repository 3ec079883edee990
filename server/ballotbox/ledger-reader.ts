import type { Bond } from './ledger-bond.ts';
import type { LedgerBallot } from './ledger-chain.ts';
import type { BatchRow, IdRange } from './ledger-store.ts';
import type { StoredNetwork } from './network-counts.ts';

/** A run and where its chain is said to end. */
export interface RunEnd {
  id: number;
  runId: string;
  head: string;
  lastBatch: number;
  sealedAtMs: number | null;
  sealedHead: string | null;
  sealedBatch: number | null;
  sealedTally: string | null;
  saltDestroyedAtMs: number | null;
}

/** One chain of a run, and where it is said to end. */
export interface LaneEnd {
  id: number;
  run: number;
  head: string;
  lastBatch: number;
}

export type StoredBallot = LedgerBallot & { id: number; batch: number };

/** What a ledger says of itself. */
export interface LedgerAbout {
  bond: Bond;
  /** It holds one run of many, as an evidence bundle does: its journal knows of more runs than it can hold. */
  isExtract: boolean;
}

/** Rows of a run that the ledger does not name. */
export interface StrayRows {
  table: 'ballots' | 'batches';
  run: number;
  count: number;
}

/** A ledger as it stood at one moment, whatever is written meanwhile. Rows come as they stand there: nothing is taken to be right. */
export interface LedgerSnapshot {
  about(): Promise<LedgerAbout>;
  runs(): Promise<RunEnd[]>;
  run(runId: string): Promise<RunEnd | null>;
  /** The run's chains; where one writer takes all ballots, it is one. */
  lanes(run: number): Promise<LaneEnd[]>;
  /** In the order of their ids, some at a time. */
  links(lane: number): AsyncIterable<BatchRow[]>;
  /** In the order of their ids, some at a time. */
  ballots(lane: number): AsyncIterable<StoredBallot[]>;
  /** Counted ballots up to a link, by the network they came from; nothing of those that name none. */
  networks(run: number, upTo: number): Promise<StoredNetwork[]>;
  /** Links of other runs after `from` up to `to`, in order: link numbers count up over all runs of a ledger. */
  linksOfOthers(run: number, range: IdRange): Promise<number[]>;
  strayRows(): Promise<StrayRows[]>;
}

/** A ledger for those who count again: recount, verification, evidence. It holds up no vote. */
export interface LedgerReader {
  /** One after the other: what is asked for meanwhile waits. The snapshot is of use until the work is done. */
  at<T>(work: (snapshot: LedgerSnapshot) => Promise<T>): Promise<T>;
}

/** The one chain of a run. */
export async function laneOf(snapshot: LedgerSnapshot, run: RunEnd): Promise<LaneEnd> {
  const [lane, ...others] = await snapshot.lanes(run.id);
  if (lane === undefined || others.length > 0) throw new Error(`run ${run.runId} has ${others.length} chains too many`);
  return lane;
}
