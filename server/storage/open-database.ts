import { chmodSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { StorageError } from './storage-error.ts';

export type { Database } from 'better-sqlite3';

/** Moves a file from the version before it to its own (its place in the list, counted from 1). */
export type Migration = (database: Database.Database) => void;

export interface OpenOptions {
  /** In order; a list only ever grows. */
  migrations: readonly Migration[];
  /** A reader neither migrates nor creates: the file must be of our version, or at least of the `oldest` that it can read. */
  readonly: boolean | { oldest: number };
  /** How long a statement waits for another connection's lock, ms. */
  busyTimeoutMs: number;
}

/** How long the end of a server waits for whoever else reads the file, ms. */
const CLOSE_BUSY_MS = 500;

/**
 * Opens a database so that a commit is on disk when it returns: WAL, `synchronous=FULL`, and on macOS a real flush of
 * the drive's cache, which plain fsync doesn't do there.
 *
 * @throws StorageError `newer-file`, `corrupt-file` or `cannot-open`, with the sentence to show
 */
export function openDatabase(path: string, options: OpenOptions): Database.Database {
  try {
    return open(path, { ...options, alone: false });
  } catch (error) {
    if (options.readonly !== false || !hasNoRoomToShare(error)) throw asStorageError(error, path);
  }
  try {
    return open(path, { ...options, alone: true });
  } catch (error) {
    throw asStorageError(error, path);
  }
}

/**
 * Whether the database is closed to other connections: on a full disk there is no room for the index of its log that they
 * would share. Once the disk takes writes, close it and open it again.
 */
export function isAlone(database: Database.Database): boolean {
  return database.pragma('locking_mode', { simple: true }) === 'exclusive';
}

/**
 * Carries the log into the file and closes it, so that the one file holds everything and can be copied. What a full disk or
 * a reader keeps from being carried over stays in the log, where the next start finds it.
 */
export function closeDatabase(database: Database.Database): void {
  if (!database.open) return;
  try {
    database.pragma(`busy_timeout = ${CLOSE_BUSY_MS}`);
    database.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
  } finally {
    database.close();
  }
}

function open(
  path: string,
  { migrations, readonly, busyTimeoutMs, alone }: OpenOptions & { alone: boolean },
): Database.Database {
  const isReader = readonly !== false;
  const database = new Database(path, { readonly: isReader, fileMustExist: isReader, timeout: busyTimeoutMs });
  try {
    // Before the log is looked at: then its index is kept in our own memory.
    if (alone) database.pragma('locking_mode = EXCLUSIVE');
    const version = versionOf(database);
    if (!isReader) ownOnly(path);
    if (version > migrations.length) throw newerFile(path, { version, ours: migrations.length });
    if (isReader && version < (readonly === true ? migrations.length : readonly.oldest)) {
      throw new StorageError(
        'cannot-open',
        `${path} is of an older version (${version}) and not open for writing yet.`,
      );
    }
    if (!isReader) {
      setDurable(database);
      migrate(database, migrations);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Before its log is made, which takes the file's rights. Where they can't be changed it is somebody else's file, and theirs to see to. */
function ownOnly(path: string): void {
  for (const name of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      if ((statSync(name).mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(name, 0o600);
    } catch {}
  }
}

function hasNoRoomToShare(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(IOERR_SHM|FULL)/.test(error.code);
}

/** A SQLite error about a file, as the sentence to show; other errors come back as they are. */
export function asStorageError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    return new StorageError(
      'corrupt-file',
      `${path} is damaged or is not a Tallyroom file (${error.message}). Put a copy of it back, or move it away and start with an empty one, or start with another data folder (--data).`,
      { cause: error },
    );
  }
  return new StorageError(
    'cannot-open',
    `${path} can't be opened (${error.code}: ${error.message}). See that the folder is writable and the disk has room, or start with another data folder (--data).`,
    { cause: error },
  );
}

/**
 * True where the world stands in the way of a write (disk full, file read-only, lock held, I/O error), so that it may
 * work later; false for what only a bug can cause.
 */
export function isDiskTrouble(error: unknown): error is InstanceType<Database.SqliteError> {
  return (
    error instanceof Database.SqliteError &&
    /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|CORRUPT|NOTADB|PROTOCOL|NOMEM|PERM|AUTH)/.test(error.code)
  );
}

function setDurable(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  if (process.platform === 'darwin') {
    database.pragma('fullfsync = ON');
    database.pragma('checkpoint_fullfsync = ON');
  }
}

function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  migrations.forEach((migration, i) => {
    const step = database.transaction(() => {
      // Asked again under the lock: another process may have been faster.
      if (versionOf(database) !== i) return;
      migration(database);
      database.pragma(`user_version = ${i + 1}`);
    });
    if (versionOf(database) <= i) step.immediate();
  });
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function newerFile(path: string, { version, ours }: { version: number; ours: number }): StorageError {
  return new StorageError(
    'newer-file',
    `${basename(path)} was written by a newer Tallyroom: the file ${path} has version ${version}, this program knows versions up to ${ours}. Start the newer Tallyroom, or start this one with another data folder (--data).`,
  );
}
