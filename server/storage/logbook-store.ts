/**
 * Logs of desks on disk: one row an action, its intent first, its outcome after. A call that returns is on disk. The app's
 * logbook holds one desk, the core's file the browsers' desks.
 */
import { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { closeDatabase, type Database, type Migration, openDatabase } from './open-database.ts';

/** The one desk of a logbook that the app keeps. */
export const THIS_DESK = 'app';

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
  // A desk's ids are its own: nobody can write over an entry of another desk by naming its id.
  (database) =>
    database.exec(`
      CREATE TABLE entries_by_desk (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        desk TEXT NOT NULL,
        id TEXT NOT NULL,
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
        settled INTEGER NOT NULL DEFAULT 0,
        UNIQUE (desk, id)
      ) STRICT;
      INSERT INTO entries_by_desk SELECT seq, '${THIS_DESK}', id, at_ms, actor, source, type, target, command, outcome,
        code, message, latency_ms, answer, logged_late, settled FROM entries ORDER BY seq;
      DROP TABLE entries;
      ALTER TABLE entries_by_desk RENAME TO entries;
      CREATE INDEX open_entries ON entries (at_ms) WHERE outcome IS NULL OR outcome = 'unknown';
      CREATE INDEX desk_entries ON entries (desk, seq);
    `),
  // Only the server that a command was sent to can say what became of it. Null: the desk's own.
  (database) => database.exec('ALTER TABLE entries ADD COLUMN server TEXT'),
];

/** As many open entries as one question gives; the asker comes again. */
const OPEN_LIMIT = 500;

interface Row {
  seq: number;
  desk: string;
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
  server: string | null;
}

/** An outcome came for an action that was never logged. */
export class NoSuchAction extends Error {
  constructor(id: string) {
    super(`The log has no action ${id} that this outcome could belong to.`);
  }
}

/** An action whose outcome isn't known yet, and whose it is. */
export interface OpenAction {
  desk: string;
  actor: string;
  id: string;
}

export class LogbookStore {
  readonly #database: Database;

  /** @throws StorageError with the sentence to show when the file is newer, damaged or can't be opened */
  constructor(path: string) {
    this.#database = openDatabase(path, { migrations: MIGRATIONS, readonly: false, busyTimeoutMs: 2_000 });
  }

  /** Writes an intent; the same id of the same desk again changes nothing. @returns its sequence number */
  intent(desk: string, intent: LogIntent): number {
    this.#database
      .prepare(
        `INSERT INTO entries (desk, id, at_ms, actor, source, type, target, command, server)
         VALUES (@desk, @id, @atMs, @actor, @source, @type, @target, @command, @server) ON CONFLICT (desk, id) DO NOTHING`,
      )
      .run({ ...intent, desk, command: JSON.stringify(intent.command ?? null), server: intent.server ?? null });
    return this.#seqOf(desk, intent.id);
  }

  /**
   * Writes an outcome over none or over `unknown`. A definite one stays: the first answer is what happened, and a time-out
   * that arrives after it (or is sent twice) must not take it back.
   *
   * @throws NoSuchAction where that desk has no intent with that id
   */
  outcome(desk: string, outcome: LogOutcome): number {
    this.#database
      .prepare(
        `UPDATE entries SET outcome = @outcome, code = @code, message = @message,
           latency_ms = coalesce(@latencyMs, latency_ms), answer = @answer,
           logged_late = max(logged_late, @loggedLate), settled = @settled
         WHERE desk = @desk AND id = @id AND (outcome IS NULL OR outcome = 'unknown')`,
      )
      .run({
        ...outcome,
        desk,
        answer: outcome.answer === null ? null : JSON.stringify(outcome.answer),
        loggedLate: Number(outcome.loggedLate),
        settled: Number(outcome.settled),
      });
    return this.#seqOf(desk, outcome.id);
  }

  /** A desk's entries after a sequence number, oldest first. */
  list(desk: string, afterSeq: number, limit: number): LogEntry[] {
    return this.#database
      .prepare<[string, number, number], Row>('SELECT * FROM entries WHERE desk = ? AND seq > ? ORDER BY seq LIMIT ?')
      .all(desk, afterSeq, limit)
      .map(entryOf);
  }

  /** A desk's last entries before a sequence number (null: its newest), oldest first. */
  before(desk: string, beforeSeq: number | null, limit: number): LogEntry[] {
    return this.#database
      .prepare<[string, number, number], Row>(
        'SELECT * FROM entries WHERE desk = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
      )
      .all(desk, beforeSeq ?? Number.MAX_SAFE_INTEGER, limit)
      .reverse()
      .map(entryOf);
  }

  /**
   * Entries without an outcome or with `unknown`, oldest first. Whatever their time: it is a wall clock's, and whoever wants to know
   * how old one is has to have watched it.
   */
  open(): LogEntry[] {
    return this.#database
      .prepare<[number], Row>(`SELECT * FROM entries WHERE outcome IS NULL OR outcome = 'unknown' ORDER BY seq LIMIT ?`)
      .all(OPEN_LIMIT)
      .map(entryOf);
  }

  /** Every action without a definite outcome, whatever its age and desk. */
  allOpen(): OpenAction[] {
    return this.#database
      .prepare<[], OpenAction>(
        `SELECT desk, actor, id FROM entries WHERE outcome IS NULL OR outcome = 'unknown' ORDER BY seq`,
      )
      .all();
  }

  /** Whether the desk has an intent with that id. */
  has(desk: string, id: string): boolean {
    return this.#find(desk, id) !== null;
  }

  /** How many actions of a desk are kept. */
  count(desk: string): number {
    const row = this.#database
      .prepare<[string], { n: number }>('SELECT count(*) AS n FROM entries WHERE desk = ?')
      .get(desk);
    return row?.n ?? 0;
  }

  close(): void {
    closeDatabase(this.#database);
  }

  #find(desk: string, id: string): number | null {
    const row = this.#database
      .prepare<[string, string], { seq: number }>('SELECT seq FROM entries WHERE desk = ? AND id = ?')
      .get(desk, id);
    return row?.seq ?? null;
  }

  #seqOf(desk: string, id: string): number {
    const seq = this.#find(desk, id);
    if (seq === null) throw new NoSuchAction(id);
    return seq;
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
    ...(row.server === null ? {} : { server: row.server }),
  };
}
