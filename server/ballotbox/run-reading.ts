/** Reads runs from a ledger, for those who count again: recount, verification, evidence. */
import type { Database } from '../storage/open-database.ts';
import type { StoredBallot } from './chain-walk.ts';
import type { BatchRow } from './ledger-store.ts';
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

/** The ids between which the run's ballots lie; null where it has none. */
export function ballotIdsOf(database: Database, run: number): { first: number; last: number } | null {
  const ends = database
    .prepare<[number], { first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM ballots INDEXED BY ballots_by_voter WHERE run = ?',
    )
    .get(run);
  const { first = null, last = null } = ends ?? {};
  return first === null || last === null ? null : { first, last };
}

/** Counted ballots up to a link, by the network they came from; nothing of those that name none, as before version 3. */
export function readNetworks(database: Database, { run, upTo }: { run: number; upTo: number }): StoredNetwork[] {
  const ids = ballotIdsOf(database, run);
  if (ids === null || Number(database.pragma('user_version', { simple: true })) < 3) return [];
  return database
    .prepare<[number, number, number, number], StoredNetwork>(
      `SELECT network, count(*) AS ballots FROM ballots NOT INDEXED
         WHERE id BETWEEN ? AND ? AND run = ? AND batch <= ? AND network IS NOT NULL GROUP BY network`,
    )
    .all(ids.first, ids.last, run, upTo);
}

/** In the order of their ids, by one pass over the stretch of the table where the run lies (runs hardly overlap in time). */
export function readBallots(database: Database, run: number): IterableIterator<StoredBallot> {
  const ids = ballotIdsOf(database, run);
  return database
    .prepare<[number, number, number], StoredBallot>(
      `SELECT id, voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs, cast_at_ms AS castAtMs, batch
         FROM ballots NOT INDEXED WHERE id BETWEEN ? AND ? AND run = ? ORDER BY id`,
    )
    .iterate(ids?.first ?? 0, ids?.last ?? -1, run);
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
