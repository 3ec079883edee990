import type { Tally } from '../../shared/protocol/desk-state.ts';
import {
  asStorageError,
  closeDatabase,
  type Database,
  isAlone,
  isDiskTrouble,
  openDatabase,
} from '../storage/open-database.ts';
import { type Cast, NOTHING_CAST } from './judge-batch.ts';
import type { LedgerBallot } from './ledger-chain.ts';
import { LEDGER_MIGRATIONS } from './ledger-schema.ts';
import type { BatchRow, IdRange, LedgerStore, LinkPlace, RunRow } from './ledger-store.ts';
import { ballotIdsOf, readMeta } from './sqlite-ledger-rows.ts';

/** Only another program can hold the ledger's lock; viewers wait while we do. */
const BUSY_TIMEOUT_MS = 250;
/** Pages in the log before it is carried into the file (16 MB): at 1,000 the carrying costs a third of the throughput. */
const CHECKPOINT_PAGES = 4_000;

/** A ledger in a SQLite file, for its one writer. Every error is SQLite's own. */
export class SqliteLedgerStore implements LedgerStore {
  readonly #path: string;
  #db: Database;
  #run: Statements;
  #wrote = false;

  /** @throws StorageError when the file can't be worked with */
  constructor(path: string) {
    this.#path = path;
    [this.#db, this.#run] = openLedger(path);
  }

  /**
   * Where the file was opened on a full disk, nobody else can read it. Opens it anew for them, once the disk takes writes.
   *
   * @throws StorageError when the file can't be worked with any more
   */
  share(): void {
    if (!isAlone(this.#db)) return;
    this.#db.close();
    [this.#db, this.#run] = openLedger(this.#path);
  }

  get wrote(): boolean {
    return this.#wrote;
  }

  begin(): void {
    this.#wrote = false;
    this.#run.begin.run();
  }

  /**
   * On disk when it returns. The rows went into SQLite's pages before; this writes these to the log and waits for its
   * fsync, and once in `CHECKPOINT_PAGES` carries the log into the file.
   *
   * @returns how long that took, ms
   */
  commit(): number {
    const startedMs = performance.now();
    this.#run.commit.run();
    return performance.now() - startedMs;
  }

  rollback(): void {
    // SQLite may have rolled back by itself (disk full, I/O error).
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
  }

  troubleOf(error: unknown): string | null {
    return isDiskTrouble(error) ? `${error.code}: ${error.message}` : null;
  }

  runs(): RunRow[] {
    return this.#db
      .prepare<[], RunRow>(
        `SELECT id, run_id AS runId, salt, salt_destroyed_at_ms AS saltDestroyedAtMs, head, last_batch AS lastBatch,
           sealed_head AS sealedHead, sealed_batch AS sealedBatch, sealed_tally AS sealedTally, networks FROM runs ORDER BY id`,
      )
      .all();
  }

  lastBatchId(): number {
    return this.#db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM batches').pluck().get() ?? 0;
  }

  /** Reads no row older than theirs. */
  choiceCounts(runs: readonly number[]): { run: number; choice: string; count: number }[] {
    const firstOf = this.#db.prepare<[number], number | null>('SELECT min(id) FROM ballots WHERE run = ?').pluck();
    const firsts = runs.flatMap((run) => firstOf.get(run) ?? []);
    if (firsts.length === 0) return [];
    return this.#db
      .prepare<[number], { run: number; choice: string; count: number }>(
        'SELECT run, choice, count(*) AS count FROM ballots WHERE id >= ? GROUP BY run, choice',
      )
      .all(Math.min(...firsts));
  }

  addRun(runId: string, head: string): number {
    this.#wrote = true;
    return Number(
      this.#db.prepare('INSERT INTO runs (run_id, head, last_batch) VALUES (?, ?, 0)').run(runId, head).lastInsertRowid,
    );
  }

  setSalt(run: number, salt: Buffer): void {
    this.#wrote = true;
    this.#db.prepare('UPDATE runs SET salt = ? WHERE id = ?').run(salt, run);
  }

  destroySalt(run: number, atMs: number): void {
    this.#wrote = true;
    this.#db.prepare('UPDATE runs SET salt = zeroblob(length(salt)) WHERE id = ? AND salt IS NOT NULL').run(run);
    this.#db.prepare('UPDATE runs SET salt = NULL, salt_destroyed_at_ms = ? WHERE id = ?').run(atMs, run);
  }

  seal(run: number, sealed: { head: string; batch: number; tally: Tally; atMs: number }): void {
    this.#wrote = true;
    this.#db
      .prepare('UPDATE runs SET sealed_head = ?, sealed_batch = ?, sealed_tally = ?, sealed_at_ms = ? WHERE id = ?')
      .run(sealed.head, sealed.batch, JSON.stringify(sealed.tally), sealed.atMs, run);
  }

  cast(run: number, voter: Buffer, ballotId: string): Cast {
    return this.#run.cast.get(ballotId, ballotId, run, voter) ?? NOTHING_CAST;
  }

  hasBatch(run: number, batch: { edgeId: string; edgeEpoch: string; batchNo: number }): boolean {
    return this.#run.hasBatch.get(batch.edgeId, batch.edgeEpoch, batch.batchNo, run) !== undefined;
  }

  addBallot({ run, id: link }: LinkPlace, ballot: LedgerBallot, network: Buffer | null): void {
    this.#wrote = true;
    const { voter, slot, ballotId, ref, choice, receivedAtMs, castAtMs } = ballot;
    this.#run.addBallot.run(run, voter, slot, ballotId, ref, choice, receivedAtMs, castAtMs, link, network);
  }

  setNetworks(run: number, may: boolean): void {
    this.#wrote = true;
    this.#db.prepare('UPDATE runs SET networks = ? WHERE id = ?').run(may ? 1 : 0, run);
  }

  networks(run: number, { from, to }: IdRange): Buffer[] {
    return this.#run.networks.all(from, to, run);
  }

  ballotIds(run: number): { first: number; last: number } | null {
    return ballotIdsOf(this.#db, run);
  }

  clearNetworks(run: number, { from, to }: IdRange): void {
    this.#wrote = true;
    this.#run.clearNetworks.run(from, to, run);
  }

  addBatch(b: BatchRow): void {
    this.#wrote = true;
    this.#run.addBatch.run(b.id, b.run, b.edgeId, b.edgeEpoch, b.batchNo, b.prev, b.hash, b.classes, b.committedAtMs);
    this.#run.setHead.run(b.hash, b.id, b.run);
  }

  touch(): void {
    this.#wrote = true;
    this.#db.prepare('UPDATE probe SET writes = writes + 1').run();
  }

  /**
   * Empties the write-ahead log, where an old page may still hold a salt. Never waits for a reader, since votes would
   * wait with it.
   *
   * @returns false when a reader stood in the way; try again later
   */
  emptyLog(): boolean {
    this.#db.pragma('busy_timeout = 0');
    try {
      return this.#db.prepare<[], number>('PRAGMA wal_checkpoint(TRUNCATE)').pluck().get() === 0;
    } finally {
      this.#db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  meta(): Map<string, string> {
    return readMeta(this.#db);
  }

  setMeta(key: string, value: string): void {
    this.#wrote = true;
    this.#db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(key, value);
  }

  hashOf(run: number, link: number): string | null {
    return (
      this.#db
        .prepare<[number, number], string>('SELECT hash FROM batches WHERE id = ? AND run = ?')
        .pluck()
        .get(link, run) ?? null
    );
  }

  hasBallots(run: number): boolean {
    return this.#db.prepare('SELECT 1 FROM ballots WHERE run = ? LIMIT 1').get(run) !== undefined;
  }

  close(): void {
    closeDatabase(this.#db);
  }
}

type Statements = ReturnType<typeof statementsOf>;

function openLedger(path: string): [Database, Statements] {
  const db = openDatabase(path, { migrations: LEDGER_MIGRATIONS, readonly: false, busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    // What is deleted (a run's salt) is overwritten in the file, not just let go.
    db.pragma('secure_delete = ON');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return [db, statementsOf(db)];
  } catch (error) {
    db.close();
    throw asStorageError(error, path);
  }
}

function statementsOf(db: Database) {
  return {
    begin: db.prepare('BEGIN'),
    commit: db.prepare('COMMIT'),
    // One row, however many ballots a voter may cast.
    cast: db.prepare<[string, string, number, Buffer], Cast>(
      `SELECT count(*) AS slots, max(CASE WHEN ballot_id = ? THEN ref END) AS ref,
         max(CASE WHEN ballot_id = ? THEN received_at_ms END) AS receivedAtMs
       FROM ballots WHERE run = ? AND voter = ?`,
    ),
    hasBatch: db
      .prepare<[string, string, number, number], number>(
        'SELECT 1 FROM batches WHERE edge_id = ? AND edge_epoch = ? AND batch_no = ? AND run = ?',
      )
      .pluck(),
    addBallot: db.prepare(
      'INSERT INTO ballots (run, voter, slot, ballot_id, ref, choice, received_at_ms, cast_at_ms, batch, network) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    networks: db
      .prepare<[number, number, number], Buffer>(
        'SELECT network FROM ballots NOT INDEXED WHERE id BETWEEN ? AND ? AND run = ? AND network IS NOT NULL',
      )
      .pluck(),
    // By the ids: the index would have every ballot of the run looked at in each step.
    clearNetworks: db.prepare(
      'UPDATE ballots NOT INDEXED SET network = NULL WHERE id BETWEEN ? AND ? AND run = ? AND network IS NOT NULL',
    ),
    addBatch: db.prepare(
      'INSERT INTO batches (id, run, edge_id, edge_epoch, batch_no, prev, hash, classes, committed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    setHead: db.prepare('UPDATE runs SET head = ?, last_batch = ? WHERE id = ?'),
  };
}
