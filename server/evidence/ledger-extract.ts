import BetterSqlite from 'better-sqlite3';
import { type LedgerSnapshot, laneOf, type RunEnd } from '../ballotbox/ledger-reader.ts';
import { EXTRACT_ID, LEDGER_MIGRATIONS } from '../ballotbox/ledger-schema.ts';
import type { Database } from '../storage/open-database.ts';

/**
 * Copies one run of a ledger into a file of its own, under the numbers that its rows have in the ledger. The run's salt
 * stays behind: with it, whoever knows a voter's id could find the voter's ballot.
 *
 * @param run null: the ledger does not hold it, and the file is empty
 */
export async function extractRun(
  ledger: LedgerSnapshot,
  { run, path }: { run: RunEnd | null; path: string },
): Promise<void> {
  const extract = new BetterSqlite(path);
  try {
    // Nobody needs it after a crash. Without a write-ahead log it can be read where nothing can be written.
    extract.pragma('journal_mode = OFF');
    extract.pragma('synchronous = OFF');
    for (const migration of LEDGER_MIGRATIONS) migration(extract);
    extract.pragma(`user_version = ${LEDGER_MIGRATIONS.length}`);
    extract.pragma(`application_id = ${EXTRACT_ID}`);
    const { showId } = (await ledger.about()).bond;
    if (showId !== null) extract.prepare(`INSERT INTO meta VALUES ('show', ?)`).run(showId);
    if (run === null) return;
    extract.exec('BEGIN');
    await copyRows(ledger, { run, extract });
    extract.exec('COMMIT');
  } finally {
    extract.close();
  }
}

async function copyRows(ledger: LedgerSnapshot, { run, extract }: { run: RunEnd; extract: Database }): Promise<void> {
  const lane = await laneOf(ledger, run);
  extract
    .prepare(
      `INSERT INTO runs (id, run_id, salt, salt_destroyed_at_ms, head, last_batch, sealed_at_ms, sealed_head, sealed_batch, sealed_tally)
         VALUES (@id, @runId, NULL, @saltDestroyedAtMs, @head, @lastBatch, @sealedAtMs, @sealedHead, @sealedBatch, @sealedTally)`,
    )
    .run(run);
  const addBatch = extract.prepare(
    `INSERT INTO batches (id, run, edge_id, edge_epoch, batch_no, prev, hash, classes, committed_at_ms)
       VALUES (@id, @run, @edgeId, @edgeEpoch, @batchNo, @prev, @hash, @classes, @committedAtMs)`,
  );
  for await (const links of ledger.links(lane.id)) for (const link of links) addBatch.run(link);
  const addBallot = extract.prepare(
    `INSERT INTO ballots (id, run, voter, slot, ballot_id, ref, choice, received_at_ms, cast_at_ms, batch)
       VALUES (@id, ${run.id}, @voter, @slot, @ballotId, @ref, @choice, @receivedAtMs, @castAtMs, @batch)`,
  );
  for await (const ballots of ledger.ballots(lane.id)) for (const ballot of ballots) addBallot.run(ballot);
}
