/** Reads `DATA/run.json`, by which a relaunched app finds a server that is still running. */
import { join } from 'node:path';
import { readJsonFile } from '../../server/storage/json-file.ts';
import { RunFile } from '../../shared/protocol/process.ts';

/** @returns null where there is none, or none that this version understands (then the server's own lock has the last word). */
export function readRunFile(dataDir: string): RunFile | null {
  const file = readJsonFile(join(dataDir, 'run.json'));
  return file.kind === 'json' ? (RunFile.safeParse(file.value).data ?? null) : null;
}
