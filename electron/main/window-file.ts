/** Small JSON files in the app's own folder: what this machine's desk looks like, and where it was connected to. */
import { z } from 'zod';
import { readJsonFile } from '../../server/storage/json-file.ts';
import { writeFileAtomic } from '../../server/storage/write-file-atomic.ts';
import { log, wordsOf } from './main-log.ts';

/** What the file says, or null where there is none or it makes no sense: then it is as if the app were started for the first time. */
export function readWindowFile<T>(path: string, shape: z.ZodType<T>): T | null {
  const file = readJsonFile(path);
  if (file.kind === 'none') return null;
  const parsed = file.kind === 'json' ? shape.safeParse(file.value) : null;
  if (parsed?.success === true) return parsed.data;
  const reason = file.kind === 'refused' ? file.reason : parsed === null ? '' : z.prettifyError(parsed.error);
  log('warn', 'A file of the window can not be used; the defaults are.', { path, reason });
  return null;
}

/** A disk that is full costs the memory of a window, never the window. */
export function writeWindowFile(path: string, value: unknown): void {
  try {
    writeFileAtomic(path, { text: `${JSON.stringify(value, null, 2)}\n`, mode: 0o600 });
  } catch (error) {
    log('error', 'A file of the window could not be written.', { path, reason: wordsOf(error) });
  }
}
