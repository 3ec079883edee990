/** `journal.db` in the hands of its one writer: a commit (with fsync) for every entry before it is acknowledged. */
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { RunHead } from '../ballotbox/ledger.ts';
import { closeDatabase, type Database, isAlone, isDiskTrouble, openDatabase } from '../storage/open-database.ts';
import { type EntryName, type EntryText, EVENT_VERSION, type JournalPage, type Loaded } from './journal-messages.ts';
import { readPage } from './journal-page.ts';
import { type EntryRow, JOURNAL_MIGRATIONS } from './journal-schema.ts';
import { readStoredShow } from './journal-show.ts';
import { Upcaster } from './upcast.ts';

const KEPT_SNAPSHOTS = 3;
const BUSY_TIMEOUT_MS = 5_000;

export class JournalFile {
  readonly #path: string;
  #opened: Database;
  /** This life's epoch while the file does not hold it: the disk took no write yet. */
  #epochOwed: number | null = null;

  /** @throws StorageError */
  constructor(path: string) {
    this.#path = path;
    this.#opened = this.#open();
  }

  /** Opened again where that failed before. */
  get #database(): Database {
    if (!this.#opened.open) this.#opened = this.#open();
    return this.#opened;
  }

  /**
   * @param leastEpoch the least that the epoch of this life may be
   * @throws StorageError `newer-file`, `corrupt-file`
   */
  load(leastEpoch: number): Loaded {
    const database = this.#database;
    const stored = database.prepare<[], number>(`SELECT value FROM meta WHERE key = 'epoch'`).pluck().get();
    const epoch = Math.max(leastEpoch, (stored ?? 0) + 1);
    this.#epochOwed = epoch;
    try {
      this.#keepEpoch();
    } catch (error) {
      // A core starts on a full disk too. Whoever gave the least epoch remembers this one; here it follows with the next entry.
      if (!isDiskTrouble(error)) throw error;
    }
    return { epoch, ...readStoredShow(database), toldHeads: readToldHeads(database) };
  }

  /** On disk when it returns. */
  append(entry: EntryText): void {
    this.#database.transaction(() => {
      this.#database
        .prepare(
          `INSERT INTO entries (seq, at_ms, actor, source, command_id, type, target, run_id, command, answer, events, version)
           VALUES (@seq, @atMs, @actor, @source, @commandId, @type, @target, @runId, @command, @answer, @events, ${EVENT_VERSION})`,
        )
        .run(entry);
      if (this.#epochOwed !== null) this.#writeEpoch(this.#epochOwed);
    })();
    this.#epochOwed = null;
  }

  saveSnapshot(state: ShowState): void {
    const database = this.#database;
    database.transaction(() => {
      database
        .prepare('INSERT OR REPLACE INTO snapshots (seq, state, version) VALUES (?, ?, ?)')
        .run(state.revision, JSON.stringify(state), EVENT_VERSION);
      database
        .prepare('DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)')
        .run(KEPT_SNAPSHOTS);
    })();
  }

  /**
   * Without an fsync, so that no entry waits for one that nobody asked for: the next entry's takes these along, and where the
   * power goes before that, an older head is as true.
   */
  tellHeads(heads: readonly RunHead[]): void {
    const database = this.#database;
    database.pragma('synchronous = NORMAL');
    try {
      const tell = database.prepare(
        'INSERT OR REPLACE INTO told_heads (run_id, head, link, tally) VALUES (?, ?, ?, ?)',
      );
      database.transaction(() => {
        for (const { runId, head, link, tally } of heads) tell.run(runId, head, link, JSON.stringify(tally));
      })();
    } finally {
      database.pragma('synchronous = FULL');
    }
  }

  answerTo(actor: string, commandId: string): CommandAnswer | null {
    const answer = this.#database
      .prepare<[string, string], string>('SELECT answer FROM entries WHERE actor = ? AND command_id = ?')
      .pluck()
      .get(actor, commandId);
    return answer === undefined ? null : (JSON.parse(answer) as CommandAnswer);
  }

  /** Null where there is no such entry. */
  commandAt(seq: number): string | null {
    return commandAt(this.#database, seq);
  }

  /** Null where there is no such entry. */
  entryAt(seq: number): EntryName | null {
    const entry = this.#database.prepare<[number], EntryName>(
      'SELECT actor, command_id AS commandId, at_ms AS atMs FROM entries WHERE seq = ?',
    );
    return entry.get(seq) ?? null;
  }

  page(place: { after: number; limit: number }): JournalPage {
    return readPage(this.#database, place);
  }

  /** Lets others read it as soon as the disk has room for that again. To be called after a write that worked. */
  share(): void {
    if (!isAlone(this.#database)) return;
    this.#opened.close();
    this.#opened = this.#open();
  }

  close(): void {
    closeDatabase(this.#opened);
  }

  #open(): Database {
    return openDatabase(this.#path, {
      migrations: JOURNAL_MIGRATIONS,
      readonly: false,
      busyTimeoutMs: BUSY_TIMEOUT_MS,
    });
  }

  #keepEpoch(): void {
    if (this.#epochOwed === null) return;
    this.#writeEpoch(this.#epochOwed);
    this.#epochOwed = null;
  }

  #writeEpoch(epoch: number): void {
    this.#database
      .prepare(
        `INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      )
      .run(epoch);
  }
}

/** The name of the show that a journal holds; null where it holds none. */
export function readShowId(database: Database): string | null {
  const row = database
    .prepare<[], EntryRow>(`SELECT * FROM entries WHERE events LIKE '%"show.imported"%' ORDER BY seq DESC LIMIT 1`)
    .get();
  const events = row === undefined ? [] : new Upcaster(null).entry(row).events;
  return events.findLast((event) => event.type === 'show.imported')?.showId ?? null;
}

export function commandAt(database: Database, seq: number): string | null {
  return database.prepare<[number], string>('SELECT command_id FROM entries WHERE seq = ?').pluck().get(seq) ?? null;
}

/** A journal of version 1 has none. */
export function readToldHeads(database: Database): RunHead[] {
  if (Number(database.pragma('user_version', { simple: true })) < 2) return [];
  return database
    .prepare<[], { runId: RunId; head: string; link: number; tally: string }>(
      'SELECT run_id AS runId, head, link, tally FROM told_heads',
    )
    .all()
    .map(({ tally, ...head }) => ({ ...head, tally: JSON.parse(tally) as Tally }));
}
