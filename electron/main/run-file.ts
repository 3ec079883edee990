/** Reads `DATA/run.json`, by which a relaunched app finds a server that is still running. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunFile } from '../../shared/protocol/process.ts';

/** @returns null where there is none, or none that this version understands (then the server's own lock has the last word). */
export async function readRunFile(dataDir: string): Promise<RunFile | null> {
  let text: string;
  try {
    text = await readFile(join(dataDir, 'run.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const parsed = RunFile.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
