import { type Database, openDatabase } from '../storage/open-database.ts';
import { bondIn } from './ledger-bond.ts';
import type {
  LaneEnd,
  LedgerAbout,
  LedgerReader,
  LedgerSnapshot,
  RunEnd,
  StoredBallot,
  StrayRows,
} from './ledger-reader.ts';
import { EXTRACT_ID, LEDGER_MIGRATIONS, OLDEST_LEDGER } from './ledger-schema.ts';
import type { BatchRow, IdRange } from './ledger-store.ts';
import type { StoredNetwork } from './network-counts.ts';
import { ballotIdsOf, readMeta } from './sqlite-ledger-rows.ts';

const BUSY_TIMEOUT_MS = 5_000;
/** Rows at a time: some ms, and some 100 KB. */
const CHUNK = 1_000;

const RUN_ENDS = `SELECT id, run_id AS runId, head, last_batch AS lastBatch, sealed_at_ms AS sealedAtMs,
  sealed_head AS sealedHead, sealed_batch AS sealedBatch, sealed_tally AS sealedTally,
  salt_destroyed_at_ms AS saltDestroyedAtMs FROM runs`;

export interface SqliteLedgerReaderOptions {
  /** Also a ledger of an earlier version, as it stands: nothing is moved on. */
  isOlderFine: boolean;
}

/** A ledger's file through a connection that only reads; a server may be running on it. */
export class SqliteLedgerReader implements LedgerReader {
  readonly #database: Database;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws StorageError when the file can't be read */
  constructor(path: string, { isOlderFine }: SqliteLedgerReaderOptions) {
    this.#database = openDatabase(path, {
      migrations: LEDGER_MIGRATIONS,
      readonly: isOlderFine ? { oldest: OLDEST_LEDGER } : true,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  at<T>(work: (snapshot: LedgerSnapshot) => Promise<T>): Promise<T> {
    const done = this.#last.then(() => this.#inTransaction(work));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Not while somebody reads. */
  close(): void {
    this.#database.close();
  }

  async #inTransaction<T>(work: (snapshot: LedgerSnapshot) => Promise<T>): Promise<T> {
    this.#database.exec('BEGIN');
    try {
      return await work(new SqliteSnapshot(this.#database));
    } finally {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
    }
  }
}

class SqliteSnapshot implements LedgerSnapshot {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async about(): Promise<LedgerAbout> {
    const isExtract = this.#database.pragma('application_id', { simple: true }) === EXTRACT_ID;
    return { bond: bondIn(readMeta(this.#database)), isExtract };
  }

  async runs(): Promise<RunEnd[]> {
    return this.#database.prepare<[], RunEnd>(`${RUN_ENDS} ORDER BY id`).all();
  }

  async run(runId: string): Promise<RunEnd | null> {
    return this.#database.prepare<[string], RunEnd>(`${RUN_ENDS} WHERE run_id = ?`).get(runId) ?? null;
  }

  /** One, under the number of its run. */
  async lanes(run: number): Promise<LaneEnd[]> {
    return this.#database
      .prepare<[number], LaneEnd>('SELECT id, id AS run, head, last_batch AS lastBatch FROM runs WHERE id = ?')
      .all(run);
  }

  links(lane: number): AsyncIterable<BatchRow[]> {
    const rows = this.#database.prepare<[number, number], BatchRow>(
      `SELECT id, run, edge_id AS edgeId, edge_epoch AS edgeEpoch, batch_no AS batchNo, prev, hash, classes,
         committed_at_ms AS committedAtMs FROM batches WHERE run = ? AND id > ? ORDER BY id LIMIT ${CHUNK}`,
    );
    return chunks((after) => rows.all(lane, after), Number.MIN_SAFE_INTEGER);
  }

  /** By passes over the stretch of the table where the run lies (runs hardly overlap in time). */
  ballots(lane: number): AsyncIterable<StoredBallot[]> {
    const ids = ballotIdsOf(this.#database, lane);
    if (ids === null) return chunks<StoredBallot>(() => [], 0);
    const rows = this.#database.prepare<[number, number, number], StoredBallot>(
      `SELECT id, voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs, cast_at_ms AS castAtMs, batch
         FROM ballots NOT INDEXED WHERE id > ? AND id <= ? AND run = ? ORDER BY id LIMIT ${CHUNK}`,
    );
    return chunks((after) => rows.all(after, ids.last, lane), ids.first - 1);
  }

  /** Nothing from before version 3. */
  async networks(run: number, upTo: number): Promise<StoredNetwork[]> {
    const ids = ballotIdsOf(this.#database, run);
    if (ids === null || Number(this.#database.pragma('user_version', { simple: true })) < 3) return [];
    return this.#database
      .prepare<[number, number, number, number], StoredNetwork>(
        `SELECT network, count(*) AS ballots FROM ballots NOT INDEXED
           WHERE id BETWEEN ? AND ? AND run = ? AND batch <= ? AND network IS NOT NULL GROUP BY network`,
      )
      .all(ids.first, ids.last, run, upTo);
  }

  async linksOfOthers(run: number, { from, to }: IdRange): Promise<number[]> {
    return this.#database
      .prepare<[number, number, number], number>(
        'SELECT id FROM batches WHERE id > ? AND id <= ? AND run <> ? ORDER BY id',
      )
      .pluck()
      .all(from, to, run);
  }

  async strayRows(): Promise<StrayRows[]> {
    return (['ballots', 'batches'] as const).flatMap((table) =>
      this.#database
        .prepare<[], { run: number; count: number }>(
          `SELECT run, count(*) AS count FROM ${table} WHERE run NOT IN (SELECT id FROM runs) GROUP BY run`,
        )
        .all()
        .map((strays) => ({ table, ...strays })),
    );
  }
}

/** `read`: the next of them after an id. */
async function* chunks<T extends { id: number }>(read: (after: number) => T[], from: number): AsyncGenerator<T[]> {
  let after = from;
  for (;;) {
    const rows = read(after);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < CHUNK) return;
    after = last.id;
  }
}
