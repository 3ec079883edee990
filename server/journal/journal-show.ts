/** Reads the show out of a journal: the newest snapshot that is whole, and every entry after it. What is damaged is never guessed. */
import { isKnownEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { asStorageError, type Database } from '../storage/open-database.ts';
import { StorageError } from '../storage/storage-error.ts';
import { EVENT_VERSION, type Loaded, type StoredEntry } from './journal-messages.ts';
import type { EntryRow } from './journal-schema.ts';
import { Upcaster, upcastSnapshot } from './upcast.ts';

type StoredShow = Pick<Loaded, 'snapshot' | 'entries' | 'damagedSnapshots'>;

/** @throws StorageError `newer-file`, `corrupt-file` with what is wrong and the way out */
export function readStoredShow(database: Database): StoredShow {
  refuseGaps(database);
  const { snapshot, damagedSnapshots } = newestSnapshot(database);
  const upcaster = new Upcaster(snapshot);
  const rows = database
    .prepare<[number], EntryRow>('SELECT * FROM entries WHERE seq > ? ORDER BY seq')
    .iterate(snapshot?.revision ?? 0);
  const entries: StoredEntry[] = [];
  for (const row of rows) entries.push(readEntry(database, upcaster, row));
  return { snapshot, entries, damagedSnapshots };
}

/**
 * The show that snapshot and entries make.
 *
 * @throws StorageError `corrupt-file` where an entry says what can't be
 */
export function replay({ snapshot, entries }: Pick<Loaded, 'snapshot' | 'entries'>): ShowState {
  return entries.reduce((state, { seq, actor, source, commandId, atMs, events }) => {
    try {
      return evolveEntry(state, events, { seq, act: { actor, source, commandId, atMs } });
    } catch (cause) {
      throw damaged(`the journal (its entry ${seq})`, cause);
    }
  }, snapshot ?? EMPTY_SHOW);
}

/** Any failure to read a journal, as the sentence to show. */
export function asJournalError(error: unknown, path: string): StorageError {
  const known = asStorageError(error, path);
  return known instanceof StorageError ? known : damaged(path, error);
}

function readEntry(database: Database, upcaster: Upcaster, row: EntryRow): StoredEntry {
  const where = `${database.name} (its entry ${row.seq})`;
  try {
    const entry = upcaster.entry(row);
    const unknown = entry.events.find((event) => !isKnownEvent(event));
    if (unknown !== undefined) throw new Error('it holds an event that no version wrote');
    return entry;
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw damaged(where, error);
  }
}

/** Entries are numbered from 1 without a gap: where one is missing, a show would come back that never was. */
function refuseGaps(database: Database): void {
  const numbers = database.prepare<[], { count: number; last: number | null; snapshot: number | null }>(
    `SELECT count(*) AS count, max(seq) AS last, (SELECT max(seq) FROM snapshots WHERE version <= ${EVENT_VERSION}) AS snapshot FROM entries`,
  );
  const { count, last, snapshot } = numbers.get() ?? { count: 0, last: null, snapshot: null };
  if ((snapshot ?? 0) > (last ?? 0)) {
    throw damaged(database.name, new Error(`its entries end with ${last ?? 0}, and there were ${snapshot}`));
  }
  if (last === null || count === last) return;
  const missing = database
    .prepare<[], number>(
      'SELECT min(seq) + 1 FROM (SELECT 0 AS seq UNION ALL SELECT seq FROM entries) WHERE seq + 1 NOT IN (SELECT seq FROM entries)',
    )
    .pluck()
    .get();
  throw damaged(database.name, new Error(`its entry ${missing} is missing`));
}

function newestSnapshot(database: Database): Pick<Loaded, 'snapshot' | 'damagedSnapshots'> {
  const rows = database
    .prepare<[number], { seq: number; state: string; version: number }>(
      'SELECT seq, state, version FROM snapshots WHERE version <= ? ORDER BY seq DESC',
    )
    .all(EVENT_VERSION);
  const damagedSnapshots: number[] = [];
  for (const { seq, state, version } of rows) {
    try {
      const snapshot = upcastSnapshot(state, { version, importedBy: importedBy(database, seq) });
      if (isShow(snapshot) && snapshot.revision === seq) return { snapshot, damagedSnapshots };
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    }
    damagedSnapshots.push(seq);
  }
  return { snapshot: null, damagedSnapshots };
}

/** It has the parts of a show; what is in them was true when it was written. */
function isShow(state: unknown): state is ShowState {
  if (typeof state !== 'object' || state === null) return false;
  return Object.entries(EMPTY_SHOW).every(([field, empty]) => {
    const value = (state as Record<string, unknown>)[field];
    if (empty === null) return value !== undefined;
    return typeof value === typeof empty && value !== null && Array.isArray(value) === Array.isArray(empty);
  });
}

/** The command of the last import up to an entry; empty where there was none. */
function importedBy(database: Database, upTo: number): string {
  return (
    database
      .prepare<[number], string>(
        `SELECT command_id FROM entries WHERE type = 'show.import' AND seq <= ? ORDER BY seq DESC LIMIT 1`,
      )
      .pluck()
      .get(upTo) ?? ''
  );
}

function damaged(where: string, cause: unknown): StorageError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StorageError(
    'corrupt-file',
    `The show can't be read from ${where}: ${why}. Put a copy of the file back, start with another data folder (--data), or begin a new show (--new-show), which puts this one aside.`,
    { cause },
  );
}
