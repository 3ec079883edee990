import { existsSync, readFileSync, renameSync } from 'node:fs';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import type { DataFolder } from '../storage/data-folder.ts';

/** Reads a show file that the supervisor has checked already. */
export function readShow(path: string): ShowFile {
  return ShowFile.parse(JSON.parse(readFileSync(path, 'utf8')));
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
