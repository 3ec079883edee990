/** The logbook on disk: one row an action, its intent first, its outcome after. A call that returns is on disk. */

import { type Database, type Migration, openDatabase } from '../../server/storage/open-database.ts';
import { CommandAnswer } from '../../shared/protocol/desk.ts';
import type { LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';

const MIGRATIONS: readonly Migration[] = [
  (database) =>
    database.exec(`
      CREATE TABLE entries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at_ms INTEGER NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,
        type TEXT NOT NULL,
        target TEXT,
        command TEXT NOT NULL,
        outcome TEXT,
        code TEXT,
        message TEXT,
        latency_ms REAL,
        answer TEXT,
        logged_late INTEGER NOT NULL DEFAULT 0,
        settled INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX open_entries ON entries (at_ms) WHERE outcome IS NULL OR outcome = 'unknown';
    `),
];

/** Open entries whose time lies further ahead than this were written before the wall clock was set back. */
const CLOCK_SET_BACK_MS = 5_000;
/** As many open entries as one question gives; the asker comes again. */
const OPEN_LIMIT = 500;

interface Row {
  seq: number;
  id: string;
  at_ms: number;
  actor: string;
  source: string;
  type: string;
  target: string | null;
  command: string;
  outcome: LogEntry['outcome'];
  code: string | null;
  message: string | null;
  latency_ms: number | null;
  answer: string | null;
  logged_late: number;
  settled: number;
}

export class LogbookStore {
  readonly #database: Database;

  /** @throws StorageError with the sentence to show when the file is newer, damaged or can't be opened */
  constructor(path: string) {
    this.#database = openDatabase(path, { migrations: MIGRATIONS, readonly: false, busyTimeoutMs: 2_000 });
  }

  /** Writes an intent; the same id again changes nothing. @returns its sequence number */
  intent(intent: LogIntent): number {
    this.#database
      .prepare(
        `INSERT INTO entries (id, at_ms, actor, source, type, target, command)
         VALUES (@id, @atMs, @actor, @source, @type, @target, @command) ON CONFLICT (id) DO NOTHING`,
      )
      .run({ ...intent, command: JSON.stringify(intent.command ?? null) });
    return this.#seqOf(intent.id);
  }

  /**
   * Writes an outcome over none or over `unknown`. A definite one stays: the first answer is what happened, and a time-out
   * that arrives after it (or is sent twice) must not take it back.
   *
   * @throws where no intent has that id
   */
  outcome(outcome: LogOutcome): number {
    this.#database
      .prepare(
        `UPDATE entries SET outcome = @outcome, code = @code, message = @message,
           latency_ms = coalesce(@latencyMs, latency_ms), answer = @answer,
           logged_late = max(logged_late, @loggedLate), settled = @settled
         WHERE id = @id AND (outcome IS NULL OR outcome = 'unknown')`,
      )
      .run({
        ...outcome,
        answer: outcome.answer === null ? null : JSON.stringify(outcome.answer),
        loggedLate: Number(outcome.loggedLate),
        settled: Number(outcome.settled),
      });
    return this.#seqOf(outcome.id);
  }

  /** Entries after a sequence number, oldest first. */
  list(afterSeq: number, limit: number): LogEntry[] {
    return this.#database
      .prepare<[number, number], Row>('SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(afterSeq, limit)
      .map(entryOf);
  }

  /** Entries without an outcome or with `unknown` that are at least `olderThanMs` old at `nowMs` (wall clock), oldest first. */
  open(olderThanMs: number, nowMs: number): LogEntry[] {
    return this.#database
      .prepare<[number, number, number], Row>(
        `SELECT * FROM entries WHERE (outcome IS NULL OR outcome = 'unknown') AND (at_ms <= ? OR at_ms > ?)
         ORDER BY seq LIMIT ?`,
      )
      .all(nowMs - olderThanMs, nowMs + CLOCK_SET_BACK_MS, OPEN_LIMIT)
      .map(entryOf);
  }

  close(): void {
    this.#database.close();
  }

  #seqOf(id: string): number {
    const row = this.#database.prepare<[string], { seq: number }>('SELECT seq FROM entries WHERE id = ?').get(id);
    if (row === undefined) throw new Error(`The logbook has no action ${id} that this outcome could belong to.`);
    return row.seq;
  }
}

function entryOf(row: Row): LogEntry {
  return {
    seq: row.seq,
    id: row.id,
    atMs: row.at_ms,
    actor: row.actor,
    source: row.source,
    type: row.type,
    target: row.target,
    command: JSON.parse(row.command),
    outcome: row.outcome,
    code: row.code,
    message: row.message,
    latencyMs: row.latency_ms,
    answer: row.answer === null ? null : CommandAnswer.parse(JSON.parse(row.answer)),
    loggedLate: row.logged_late === 1,
    settled: row.settled === 1,
  };
}
