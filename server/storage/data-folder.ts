import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
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

/**
 * Finds the data folder of app and headless server alike, and makes it where it is missing. Keys and ballots are in
 * it, so nobody but its owner may look into it (0700), also where it was made by hand.
 *
 * @param flag the value of `--data`, or null
 * @throws StorageError `data-folder`
 */
export function openDataFolder(flag: string | null): DataFolder {
  const dir = dataFolderPath({ flag, env: process.env, platform: process.platform, homeDir: homedir() });
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if ((statSync(dir).mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(dir, 0o700);
    const files = dataFilesIn(dir);
    mkdirSync(files.logs, { recursive: true, mode: 0o700 });
    return files;
  } catch (cause) {
    throw unusableFolder(dir, cause);
  }
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
