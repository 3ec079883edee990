/** Small JSON files in the app's own folder: what this machine's desk looks like, and where it was connected to. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../server/storage/write-file-atomic.ts';
import { log, wordsOf } from './main-log.ts';

/** What the file says, or null where there is none or it makes no sense: then it is as if the app were started for the first time. */
export function readWindowFile<T>(path: string, shape: z.ZodType<T>): T | null {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : wordsOf(error);
    log('warn', 'A file of the window can not be used; the defaults are.', { path, reason });
    return null;
  }
}

/** A disk that is full costs the memory of a window, never the window. */
export function writeWindowFile(path: string, value: unknown): void {
  try {
    writeFileAtomic(path, { text: `${JSON.stringify(value, null, 2)}\n`, mode: 0o600 });
  } catch (error) {
    log('error', 'A file of the window could not be written.', { path, reason: wordsOf(error) });
  }
}
