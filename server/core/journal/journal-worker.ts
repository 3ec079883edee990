/** The journal's thread: one writer, a commit (with fsync) for every entry before it is acknowledged. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ShowEvent } from '../../../shared/domain/events.ts';
import type { ShowState } from '../../../shared/domain/show-state.ts';
import type { CommandAnswer, JournalEntry } from '../../../shared/protocol/desk.ts';
import { type Database, openDatabase } from '../../storage/open-database.ts';
import { StorageError } from '../../storage/storage-error.ts';
import {
  EVENT_VERSION,
  type JournalReply,
  type JournalRequest,
  type JournalWorkerData,
  type Loaded,
  type StoredEntry,
} from './journal-messages.ts';
import { type EntryRow, JOURNAL_MIGRATIONS } from './journal-schema.ts';

const KEPT_SNAPSHOTS = 3;

if (!parentPort) throw new Error('the journal thread has no parent');
const port = parentPort;
const reply = (message: JournalReply) => port.postMessage(message);

function open(path: string): Database | null {
  try {
    return openDatabase(path, { migrations: JOURNAL_MIGRATIONS, readonly: false, busyTimeoutMs: 5_000 });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    reply({ t: 'refused', code: error.code, message: error.message });
    return null;
  }
}

function load(database: Database): Loaded {
  database
    .prepare(`INSERT INTO meta (key, value) VALUES ('epoch', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1`)
    .run();
  const { value: epoch } = database.prepare(`SELECT value FROM meta WHERE key = 'epoch'`).get() as { value: number };
  const row = database
    .prepare(`SELECT state FROM snapshots WHERE version = ? ORDER BY seq DESC LIMIT 1`)
    .get(EVENT_VERSION);
  const snapshot = row === undefined ? null : (JSON.parse((row as { state: string }).state) as ShowState);
  const rows = database
    .prepare('SELECT * FROM entries WHERE seq > ? ORDER BY seq')
    .all(snapshot?.revision ?? 0) as EntryRow[];
  return { epoch, snapshot, entries: rows.map(storedEntry) };
}

function storedEntry(row: EntryRow): StoredEntry {
  return {
    seq: row.seq,
    atMs: row.at_ms,
    actor: row.actor,
    source: row.source,
    commandId: row.command_id,
    type: row.type,
    target: row.target,
    command: JSON.parse(row.command),
    answer: JSON.parse(row.answer) as CommandAnswer,
    events: JSON.parse(row.events) as ShowEvent[],
  };
}

function journalEntry(row: EntryRow): JournalEntry {
  const { seq, atMs, actor, source, commandId, type, target, command, answer } = storedEntry(row);
  const named = target === null ? {} : { target };
  return { revision: seq, atMs, actor, source, commandId, type, ...named, command, answer };
}

function serve(database: Database): void {
  const insert = database.prepare(
    `INSERT INTO entries (seq, at_ms, actor, source, command_id, type, target, command, answer, events, version)
     VALUES (@seq, @atMs, @actor, @source, @commandId, @type, @target, @command, @answer, @events, ${EVENT_VERSION})`,
  );
  const findAnswer = database.prepare('SELECT answer FROM entries WHERE actor = ? AND command_id = ?');
  const page = database.prepare('SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT ?');
  const saveSnapshot = database.transaction((state: ShowState) => {
    database
      .prepare('INSERT OR REPLACE INTO snapshots (seq, state, version) VALUES (?, ?, ?)')
      .run(state.revision, JSON.stringify(state), EVENT_VERSION);
    database
      .prepare('DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ?)')
      .run(KEPT_SNAPSHOTS);
  });

  const handle = (request: JournalRequest): JournalReply => {
    const { ref } = request;
    switch (request.t) {
      case 'append': {
        const { command, answer, events, ...columns } = request.entry;
        insert.run({
          ...columns,
          command: JSON.stringify(command ?? null),
          answer: JSON.stringify(answer),
          events: JSON.stringify(events),
        });
        return { t: 'done', ref };
      }
      case 'snapshot':
        saveSnapshot(request.state);
        return { t: 'done', ref };
      case 'answer': {
        const row = findAnswer.get(request.actor, request.commandId) as { answer: string } | undefined;
        return { t: 'answer', ref, answer: row === undefined ? null : (JSON.parse(row.answer) as CommandAnswer) };
      }
      case 'page':
        return { t: 'page', ref, entries: (page.all(request.after, request.limit) as EntryRow[]).map(journalEntry) };
      case 'close':
        database.close();
        return { t: 'done', ref };
    }
  };

  port.on('message', (request: JournalRequest) => {
    try {
      reply(handle(request));
    } catch (error) {
      // A disk that is full or read-only: the caller refuses the command, and tries the next one.
      reply({ t: 'failed', ref: request.ref, message: error instanceof Error ? error.message : String(error) });
    }
    if (request.t === 'close') port.close();
  });
}

const database = open((workerData as JournalWorkerData).path);
if (database) {
  reply({ t: 'loaded', loaded: load(database) });
  serve(database);
}
