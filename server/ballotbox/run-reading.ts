/** Reads runs from a ledger, for those who count again: recount, verification, evidence. */
import type { Database } from '../storage/open-database.ts';
import type { StoredBallot } from './chain-walk.ts';
import type { BatchRow } from './ledger-store.ts';

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

const RUN_ENDS = `SELECT id, run_id AS runId, head, last_batch AS lastBatch, sealed_at_ms AS sealedAtMs,
  sealed_head AS sealedHead, sealed_batch AS sealedBatch, sealed_tally AS sealedTally,
  salt_destroyed_at_ms AS saltDestroyedAtMs FROM runs`;

export function readRun(database: Database, runId: string): RunEnd | null {
  return database.prepare<[string], RunEnd>(`${RUN_ENDS} WHERE run_id = ?`).get(runId) ?? null;
}

export function readRuns(database: Database): RunEnd[] {
  return database.prepare<[], RunEnd>(`${RUN_ENDS} ORDER BY id`).all();
}

/** What a ledger says about itself, by key; one of version 1 says nothing. */
export function readMeta(database: Database): Map<string, string> {
  if (Number(database.pragma('user_version', { simple: true })) < 2) return new Map();
  const rows = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all();
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** The run's links, in the order of their ids. */
export function readBatches(database: Database, run: number): BatchRow[] {
  return database
    .prepare<[number], BatchRow>(
      `SELECT id, run, edge_id AS edgeId, edge_epoch AS edgeEpoch, batch_no AS batchNo, prev, hash, classes,
         committed_at_ms AS committedAtMs FROM batches WHERE run = ? ORDER BY id`,
    )
    .all(run);
}

/** In the order of their ids, by one pass over the stretch of the table where the run lies (runs hardly overlap in time). */
export function readBallots(database: Database, run: number): IterableIterator<StoredBallot> {
  const ends = database
    .prepare<[number], { first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM ballots INDEXED BY ballots_by_voter WHERE run = ?',
    )
    .get(run);
  return database
    .prepare<[number, number, number], StoredBallot>(
      `SELECT id, voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs, cast_at_ms AS castAtMs, batch
         FROM ballots NOT INDEXED WHERE id BETWEEN ? AND ? AND run = ? ORDER BY id`,
    )
    .iterate(ends?.first ?? 0, ends?.last ?? -1, run);
}

/** Links of other runs with `from` < id ≤ `to`, in order: link numbers count up over all runs of a ledger. */
export function linksOfOthers(
  database: Database,
  { run, from, to }: { run: number; from: number; to: number },
): number[] {
  return database
    .prepare<[number, number, number], number>(
      'SELECT id FROM batches WHERE id > ? AND id <= ? AND run <> ? ORDER BY id',
    )
    .pluck()
    .all(from, to, run);
}
