import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { SeededRandom } from '../server/testing/seeded-random.ts';

/** The format of SQLite's write-ahead log: a header, then frames of one page each. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** What tells one log from the next that is begun in the same file. */
const saltsOf = (log: Buffer): Buffer => log.subarray(16, 24);

/**
 * Where each commit ends, in bytes from the start. Frames of a log that was begun anew carry the salts of its header; what
 * lies behind them is older and counts for nothing.
 */
export function commitEnds(log: Buffer): number[] {
  if (log.length < HEADER_BYTES) return [];
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const ends: number[] = [];
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(saltsOf(log))) break;
    // A frame that commits says how many pages the database has after it.
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes);
  }
  return ends;
}

export interface LogMark {
  salts: Buffer;
  end: number;
}

/** Where a log stands now. */
export function markLog(database: string): LogMark {
  const path = `${database}-wal`;
  const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  return { salts: Buffer.from(saltsOf(log)), end: commitEnds(log).at(-1) ?? 0 };
}

/** Whether a database holds a short text somewhere, in its file or in its log. */
export function holdsText(database: string, text: string): boolean {
  return [database, `${database}-wal`].some((path) => existsSync(path) && readFileSync(path).includes(text));
}

export interface TornOptions {
  random: SeededRandom;
  /** What may not be lost: everything up to this mark, null for everything that is committed. */
  since: LogMark | null;
  /** Texts written since then that may not be lost. */
  acknowledged: readonly string[];
}

/** The commits that may be the last: those after which nothing comes that somebody has been told of. */
function possibleEnds(log: Buffer, { since, acknowledged }: Omit<TornOptions, 'random'>): number[] {
  const ends = commitEnds(log);
  if (since === null) return ends.slice(-1);
  const endAfter = (at: number): number => ends.find((end) => end > at) ?? 0;
  const told = acknowledged.map((text) => log.indexOf(text)).filter((at) => at >= 0);
  const marked = since.salts.equals(saltsOf(log)) ? since.end : 0;
  const needed = Math.max(marked, ...told.map(endAfter));
  return ends.filter((end) => end >= needed);
}

/**
 * Leaves a database as a machine does that loses its power: what somebody was told of is there; behind it commits are gone,
 * and the log holds parts of frames, old bytes or noise; the index in shared memory is gone.
 *
 * @returns what was done, in words
 */
export function tearLog(database: string, { random, ...may }: TornOptions): string {
  const path = `${database}-wal`;
  rmSync(`${database}-shm`, { force: true });
  if (!existsSync(path)) return 'no log';
  const log = readFileSync(path);
  const ends = possibleEnds(log, may);
  if (ends.length === 0) return 'no commit in the log';
  const end = random.pick(ends);
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const tail = random.pick<() => Buffer>([
    () => Buffer.alloc(0),
    () => randomBytes(random.between(1, 3 * frameBytes)),
    () => Buffer.alloc(random.between(1, 3 * frameBytes)),
    // Frames of the log itself once more, cut somewhere: right salts, wrong checksums.
    () => log.subarray(HEADER_BYTES, HEADER_BYTES + random.between(1, Math.max(1, end - HEADER_BYTES))),
    () => log.subarray(end, end + random.between(0, Math.max(0, log.length - end))),
  ])();
  writeFileSync(path, Buffer.concat([log.subarray(0, end), tail]));
  const lost = ends.filter((other) => other > end).length;
  return `${lost} commits lost, the ${log.length - end} bytes from there became ${tail.length}`;
}
