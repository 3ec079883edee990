import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataFolder } from '../storage/data-folder.ts';
import { readShowFile } from '../storage/show-file-reader.ts';

export type ShowOutcome =
  /** Absolute path, or null where none was named; and what its author may not have meant, a sentence each. */
  | { kind: 'show'; showFile: string | null; warnings: string[] }
  | { kind: 'refused'; code: 'show-exists' | 'show-file'; message: string };

/** Looks a show file through before anything is started, so that its author gets one sentence and no half-started server. */
export function checkShow(show: string | null, newShow: boolean, files: DataFolder): ShowOutcome {
  if (show === null) return { kind: 'show', showFile: null, warnings: [] };
  if (existsSync(files.journal) && !newShow) {
    return {
      kind: 'refused',
      code: 'show-exists',
      message:
        `The data folder ${files.dir} holds a show already. Leave --show out to go on with it, add --new-show to import ` +
        `${show} (the old show is kept beside), or choose another folder: --data DIR.`,
    };
  }
  const showFile = resolve(show);
  const reading = readShowFile(showFile);
  if (reading.kind === 'refused') return { kind: 'refused', code: 'show-file', message: reading.message };
  return { kind: 'show', showFile, warnings: reading.warnings };
}
