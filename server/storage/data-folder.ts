import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { StorageError } from './storage-error.ts';

/** Everything in a data folder, as absolute paths. */
export interface DataFolder {
  dir: string;
  journal: string;
  ledgerLive: string;
  ledgerRehearsal: string;
  series: string;
  logbook: string;
  /** What browser desks give the core to keep. */
  browserLog: string;
  keys: string;
  /** What core time hangs on, for a supervisor after a crash of this one. */
  clock: string;
  /** Acts that are in force and not in the journal, for a supervisor after this one; it is there only while there are any. */
  orders: string;
  settings: string;
  run: string;
  lock: string;
  logs: string;
}

/** What the place of the data folder hangs on; a person's choice first, then the machine. */
export interface DataFolderWish {
  /** `--data`, or null. */
  flag: string | null;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  homeDir: string;
}

/** The names of a data folder's files; touches nothing. */
export function dataFilesIn(dir: string): DataFolder {
  return {
    dir,
    journal: join(dir, 'journal.db'),
    ledgerLive: join(dir, 'ledger-live.db'),
    ledgerRehearsal: join(dir, 'ledger-rehearsal.db'),
    series: join(dir, 'series.db'),
    logbook: join(dir, 'logbook.db'),
    browserLog: join(dir, 'browser-log.db'),
    keys: join(dir, 'keys.json'),
    clock: join(dir, 'clock.json'),
    orders: join(dir, 'orders.json'),
    settings: join(dir, 'settings.json'),
    run: join(dir, 'run.json'),
    lock: join(dir, 'lock'),
    logs: join(dir, 'logs'),
  };
}

/** Where the data folder is: `--data`, else `TALLYROOM_DATA`, else the place that the system has for such data. */
export function dataFolderPath({ flag, env, platform, homeDir }: DataFolderWish): string {
  const chosen = flag ?? env.TALLYROOM_DATA ?? '';
  if (chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(absoluteOr(env.LOCALAPPDATA, join(homeDir, 'AppData', 'Local')), 'tallyroom');
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'tallyroom');
  return join(absoluteOr(env.XDG_DATA_HOME, join(homeDir, '.local', 'share')), 'tallyroom');
}

/** SQLite opens no path of more than 512 bytes; the longest name in the folder, of a journal that was put aside, has to fit too. */
const MOST_PATH_BYTES = 400;

/**
 * Finds the data folder of app and headless server alike; touches nothing, and need not find it there.
 *
 * @param flag the value of `--data`, or null
 * @throws StorageError `data-folder` where it can't become one: a file in its place, a path that is too long
 */
export function findDataFolder(flag: string | null): DataFolder {
  let dir = flag ?? '';
  try {
    dir = dataFolderPath({ flag, env: process.env, platform: process.platform, homeDir: homedir() });
    const bytes = Buffer.byteLength(dir);
    if (bytes > MOST_PATH_BYTES) throw new Error(`its path has ${bytes} bytes, and ${MOST_PATH_BYTES} are the most`);
    const there = nearestThere(dir);
    if (!statSync(there).isDirectory()) throw new Error(there === dir ? 'it is no folder' : `${there} is no folder`);
    return dataFilesIn(dir);
  } catch (cause) {
    throw unusableFolder(dir, cause);
  }
}

/**
 * Makes the data folder where it is missing. Keys and ballots are in it, so nobody but its owner may look into one that is made
 * here (0700). One that is there stays as it is: somebody may have pointed at a folder that others need, and every file of ours
 * is its owner's alone (0600).
 *
 * @returns takes away what was made, as far as nothing has been put into it
 * @throws StorageError `data-folder`
 */
export function makeDataFolder({ dir }: DataFolder): () => void {
  try {
    const first = mkdirSync(dir, { recursive: true, mode: 0o700 });
    return () => {
      if (first !== undefined) removeEmpty(dir, first);
    };
  } catch (cause) {
    throw unusableFolder(dir, cause);
  }
}

/** Finds the data folder and makes it, with its folder for logs. @throws StorageError `data-folder` */
export function openDataFolder(flag: string | null): DataFolder {
  const files = findDataFolder(flag);
  makeDataFolder(files);
  makeLogFolder(files);
  return files;
}

/** @throws StorageError `data-folder` */
export function makeLogFolder({ dir, logs }: DataFolder): void {
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusableFolder(dir, cause);
  }
}

/** The path itself, or the folder nearest to it that it would be made in. */
function nearestThere(path: string): string {
  const parent = dirname(path);
  const isThere = parent === path || statSync(path, { throwIfNoEntry: false }) !== undefined;
  return isThere ? path : nearestThere(parent);
}

/** From the inner folder to the outer one, while they are empty. */
function removeEmpty(inner: string, outer: string): void {
  try {
    for (let dir = inner; ; dir = dirname(dir)) {
      rmdirSync(dir);
      if (dir === outer) return;
    }
  } catch {}
}

export function unusableFolder(dir: string, cause: unknown): StorageError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StorageError(
    'data-folder',
    `The data folder ${dir} can't be used (${why}). See to its rights and room, or choose another one with --data.`,
    { cause },
  );
}

/** The XDG rules say that a path which isn't absolute is to be ignored. */
function absoluteOr(path: string | undefined, fallback: string): string {
  return path !== undefined && isAbsolute(path) ? path : fallback;
}
