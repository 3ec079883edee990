import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { SeededRandom } from '../server/testing/seeded-random.ts';

/** The format of SQLite's write-ahead log: a header, then frames of one page each. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * Where the last commit ends, in bytes from the start. Frames of a log that was begun anew carry the salts of its header;
 * what lies behind them is older and counts for nothing.
 */
export function lastCommitEnd(log: Buffer): number {
  if (log.length < HEADER_BYTES) return 0;
  const pageBytes = log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let end = HEADER_BYTES;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    // A frame that commits says how many pages the database has after it.
    if (log.readUInt32BE(at + 4) !== 0) end = at + frameBytes;
  }
  return end;
}

/**
 * Leaves a database as a machine does that loses its power in the middle of a write: what was committed is there; behind it
 * the log holds parts of frames, old bytes or noise; the index in shared memory is gone.
 *
 * @returns what was done, in words
 */
export function tearLog(database: string, random: SeededRandom): string {
  const path = `${database}-wal`;
  rmSync(`${database}-shm`, { force: true });
  if (!existsSync(path)) return 'no log';
  const log = readFileSync(path);
  const end = lastCommitEnd(log);
  const committed = log.subarray(0, end);
  if (end === 0) return 'an empty log';
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const tail = random.pick<() => Buffer>([
    () => Buffer.alloc(0),
    () => randomBytes(random.between(1, 3 * frameBytes)),
    () => Buffer.alloc(random.between(1, 3 * frameBytes)),
    // Frames of the log itself once more, cut somewhere: right salts, wrong checksums.
    () => log.subarray(HEADER_BYTES, HEADER_BYTES + random.between(1, Math.max(1, end - HEADER_BYTES))),
    () => log.subarray(end, end + random.between(0, Math.max(0, log.length - end))),
  ])();
  writeFileSync(path, Buffer.concat([committed, tail]));
  return `${log.length - end} bytes behind the last commit became ${tail.length}`;
}
