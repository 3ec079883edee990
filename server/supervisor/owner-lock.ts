import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { identityOf, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { unusableFolder } from '../storage/data-folder.ts';
import { readJsonFile } from '../storage/json-file.ts';
import { replaceFile } from '../storage/write-file-atomic.ts';

const Identity = z.object({ pid: z.number().int(), startTicks: z.string().nullable() });

/** `DATA/lock`: who runs on this data folder, and what would be left of it after a crash. */
const Owner = z.object({
  version: z.literal(1),
  claim: z.string(),
  process: Identity,
  controlPath: z.string(),
  /** Holds the sockets; removed with the owner. */
  runtimeDir: z.string(),
  /** Null until the desk is up. */
  deskUrl: z.string().nullable(),
  parts: z.array(Identity),
});
export type Owner = z.infer<typeof Owner>;

export type LockOutcome =
  | { kind: 'taken'; lock: OwnerLock; deadOwner: Owner | null }
  | { kind: 'refused'; code: 'data-in-use'; message: string };

export interface OwnerLock {
  /** Remembers what has become known since, for the next `write`. */
  note(facts: { deskUrl?: string; parts?: ProcessIdentity[] }): void;
  /** Writes down what has been noted. */
  write(): Promise<void>;
  /** Lets go of the folder, also where the disk takes no word of it any more. @throws when the note of it can't be removed */
  release(): void;
  /** The same for a start that is refused after all: also takes away the guard, where this start has made it. */
  withdraw(): void;
}

/** Of several starters at once each may keep the others from the lock for a moment; one of them gets it within this. */
const GUARD_WITHIN_MS = 500;

/**
 * The lock itself: the system's own file lock (through SQLite), held for as long as this process lives. It ends with the process
 * however that ends, so that it can't go stale, and nobody's reused pid is taken for its owner. Held in a transaction that never
 * writes, so that a full disk is no matter. Only SQLite may open this file: where a process closes any other descriptor of it,
 * the system drops the lock.
 *
 * @returns null where another process holds it
 */
function takeGuard(dataDir: string): Guard | null {
  const path = join(dataDir, 'lock.guard');
  for (let tries = 1; ; tries++) {
    const isOurs = makeGuard(path);
    const before = inodeOf(path);
    const database = new Database(path, { timeout: GUARD_WITHIN_MS });
    try {
      // Without a file for a rollback that never comes.
      database.pragma('journal_mode = MEMORY');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
      throw error;
    }
    // Whoever was refused took its guard away while we waited for it: what we hold is under no name any more.
    if (before !== null && inodeOf(path) === before) {
      held.add(database);
      return { database, path, isOurs };
    }
    database.close();
    if (tries >= MOST_TRIES) return null;
  }
}

const MOST_TRIES = 10;
/** A database that nothing refers to any more is closed with the garbage, and its lock with it. */
const held = new Set<Database.Database>();

function close(database: Database.Database): void {
  held.delete(database);
  database.close();
}

interface Guard {
  database: Database.Database;
  path: string;
  /** Whether this start has made the file. */
  isOurs: boolean;
}

/** @returns whether it was not there */
function makeGuard(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function readOwner(path: string): Owner | null {
  // It is always replaced whole, so an unreadable one was damaged from outside and names nobody.
  const file = readJsonFile(path);
  return file.kind === 'json' ? (Owner.safeParse(file.value).data ?? null) : null;
}

const textOf = (owner: Owner) => `${JSON.stringify(owner)}\n`;

export interface Claim {
  dataDir: string;
  controlPath: string;
  runtimeDir: string;
}

/**
 * Makes this process the owner of the data folder, unless a living one is.
 *
 * @throws StorageError `data-folder` when the folder can't be written
 */
export function takeOwnerLock(claim: Claim): LockOutcome {
  try {
    return take(claim);
  } catch (error) {
    throw unusableFolder(claim.dataDir, error);
  }
}

function take({ dataDir, controlPath, runtimeDir }: Claim): LockOutcome {
  const path = join(dataDir, 'lock');
  const guard = takeGuard(dataDir);
  if (guard === null) return { kind: 'refused', code: 'data-in-use', message: inUse(dataDir, readOwner(path)) };
  let mine: Owner = {
    version: 1,
    claim: randomUUID(),
    process: identityOf(process.pid),
    controlPath,
    runtimeDir,
    deskUrl: null,
    parts: [],
  };
  try {
    const inPlace = readOwner(path);
    if (inPlace !== null && isRunning(inPlace)) {
      letGo();
      return { kind: 'refused', code: 'data-in-use', message: inUse(dataDir, inPlace) };
    }
    const fresh = `${path}.${mine.claim}`;
    try {
      writeFileSync(fresh, textOf(mine), { mode: 0o600 });
      renameSync(fresh, path);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    }
    return { kind: 'taken', lock: { note, write, release, withdraw }, deadOwner: inPlace };
  } catch (error) {
    letGo();
    throw error;
  }

  function note(facts: { deskUrl?: string; parts?: ProcessIdentity[] }): void {
    mine = { ...mine, ...facts };
  }
  function write(): Promise<void> {
    return replaceFile(path, { text: textOf(mine), mode: 0o600 });
  }
  function release(): void {
    try {
      if (readOwner(path)?.claim === mine.claim) rmSync(path);
    } finally {
      if (guard !== null) close(guard.database);
    }
  }
  function withdraw(): void {
    try {
      if (readOwner(path)?.claim === mine.claim) rmSync(path);
    } finally {
      letGo();
    }
  }
  function letGo(): void {
    try {
      // While it is held: from here on nobody finds it, and who waits for it looks again.
      if (guard?.isOurs === true) rmSync(guard.path, { force: true });
    } catch {
      // Windows removes no open file; an empty one is left there.
    } finally {
      if (guard !== null) close(guard.database);
    }
  }
}

/**
 * Whether that very process lives, though it has no guard that we could see: a version of before there was one runs here, or
 * somebody has removed the file. Where the system does not tell processes of one pid apart, only the guard says it.
 */
function isRunning({ process: { pid, startTicks } }: Owner): boolean {
  return startTicks !== null && pid !== process.pid && isAlive({ pid, startTicks });
}

function inUse(dataDir: string, owner: Owner | null): string {
  if (owner === null) {
    return (
      `The data folder ${dataDir} is in use by another Tallyroom server, which is just starting or has not said more. ` +
      `Open the app on the same folder to take that server over, stop it, or start with another folder: --data DIR.`
    );
  }
  const desk = owner.deskUrl === null ? 'its desk is not up yet' : `its desk is at ${owner.deskUrl}`;
  return (
    `The data folder ${dataDir} is in use by the Tallyroom server with process id ${owner.process.pid} (${desk}). ` +
    `Open the app on the same folder to take that server over, stop it (kill ${owner.process.pid}), or start with another folder: --data DIR.`
  );
}
