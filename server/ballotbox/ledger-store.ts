import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { Cast } from './judge-batch.ts';
import type { LedgerBallot, Link } from './ledger-chain.ts';

/** A run as the store holds it. */
export interface RunRow {
  id: number;
  runId: string;
  salt: Buffer | null;
  saltDestroyedAtMs: number | null;
  head: string;
  lastBatch: number;
  sealedHead: string | null;
  sealedBatch: number | null;
  sealedTally: string | null;
  /** 1 while its ballots may name networks. */
  networks: number;
}

export interface BatchRow extends Omit<Link, 'runId'> {
  id: number;
  run: number;
  prev: string;
  hash: string;
}

/** Which link of which run. */
export interface LinkPlace {
  run: number;
  id: number;
}

/** Ids, both included. */
export interface IdRange {
  from: number;
  to: number;
}

/**
 * What one ledger's writer reads and writes; it judges nothing. Runs, links and ballots go by numbers that count up in the order in
 * which they were added. Any call may throw: what to make of it is the writer's part, with `troubleOf`.
 */
export interface LedgerStore {
  /** Whether the transaction changes anything; a commit of nothing says nothing about the disk. */
  readonly wrote: boolean;
  begin(): void;
  /** On disk when it returns. Gives how long writing it and waiting for the disk took, ms. */
  commit(): number;
  /** Also after it rolled back by itself. */
  rollback(): void;
  /** The words for an error where the world stands in the way of a write, so that it may work later; null for what only a bug can cause. */
  troubleOf(error: unknown): string | null;

  runs(): RunRow[];
  /** 0 before the first. */
  lastBatchId(): number;
  /** Ballots per choice text of these runs: the fold that the live counters start from. */
  choiceCounts(runs: readonly number[]): { run: number; choice: string; count: number }[];
  cast(run: number, voter: Buffer, ballotId: string): Cast;
  hasBatch(run: number, batch: { edgeId: string; edgeEpoch: string; batchNo: number }): boolean;
  /** The hash of a run's link as it stands there; null when there is no such link. */
  hashOf(run: number, link: number): string | null;
  hasBallots(run: number): boolean;
  /** The ids between which the run's ballots lie; null where it has none. */
  ballotIds(run: number): { first: number; last: number } | null;
  /** Where the run's ballots with these ids came from; nothing of those that name no network. */
  networks(run: number, ids: IdRange): Buffer[];
  /** What the ledger says about itself, by key. */
  meta(): Map<string, string>;

  addRun(runId: string, head: string): number;
  setSalt(run: number, salt: Buffer): void;
  /** Overwrites the salt before it lets go of it. */
  destroySalt(run: number, atMs: number): void;
  seal(run: number, sealed: { head: string; batch: number; tally: Tally; atMs: number }): void;
  /** @throws where the voter's slot is taken */
  addBallot(link: LinkPlace, ballot: LedgerBallot, network: Buffer | null): void;
  /** Adds the link and moves the run's head to it. */
  addBatch(batch: BatchRow): void;
  /** Notes whether ballots of the run may name networks. */
  setNetworks(run: number, may: boolean): void;
  /** Empties the networks of the run's ballots with these ids. */
  clearNetworks(run: number, ids: IdRange): void;
  setMeta(key: string, value: string): void;
  /** A write that changes nothing of the ledger: does the disk take writes again? */
  touch(): void;

  /** Makes way for readers who could not come in while the disk was full. @throws StorageError when the ledger can't be worked with any more */
  share(): void;
  /** Takes a destroyed salt out of all that was written before. Returns false when a reader stood in the way; try again later. */
  emptyLog(): boolean;
  close(): void;
}

/** The options that a choice text of the ledger names. */
export function optionsOf(choice: string): OptionId[] {
  return JSON.parse(choice) as OptionId[];
}
