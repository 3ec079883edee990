import { existsSync, renameSync } from 'node:fs';
import type { ShowFile } from '../../shared/protocol/show-file.ts';
import type { Notice } from '../../shared/protocol/vitals.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import { readShowFile } from '../storage/show-file-reader.ts';
import { StorageError } from '../storage/storage-error.ts';

/**
 * Reads a show file that the supervisor has looked through already; it may have been changed since.
 *
 * @throws StorageError `show-file`
 */
export function readShow(path: string): { show: ShowFile; warnings: string[] } {
  const reading = readShowFile(path);
  if (reading.kind === 'refused') throw new StorageError('show-file', reading.message);
  return reading;
}

const MOST_TOLD = 3;

/** For every desk: what the author of the show file may not have meant. Null where there is nothing. */
export function importNoticeOf(warnings: readonly string[], atMs: number): Notice | null {
  if (warnings.length === 0) return null;
  const more = warnings.length - MOST_TOLD;
  const told = [...warnings.slice(0, MOST_TOLD), ...(more > 0 ? [`${more} more are in the server's log.`] : [])];
  return { code: 'show-file-warnings', message: `The show file, ${told.join(' And ')}`, level: 'warn', atMs };
}

/** Puts the old show aside for a new one: nothing is deleted, the files get a name with the time in it. */
export function setOldShowAside(files: DataFolder, nowMs: number): void {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  for (const path of [files.journal, files.ledgerLive, files.ledgerRehearsal, files.series]) {
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, `${path.replace(/\.db$/, '')}.${stamp}.db${suffix}`);
    }
  }
}
