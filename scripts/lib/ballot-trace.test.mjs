import { expect, it } from 'vitest';
import { followBallot } from './ballot-trace.mjs';

const written = '11 100.1 pwrite64(36</d/ledger-live.db-wal>, "..b1..", 4096, 4152) = 4096';
const synced = '11 100.2 fsync(36</d/ledger-live.db-wal>) = 0';
const syncBegins = '11 100.2 fsync(36</d/ledger-live.db-wal> <unfinished ...>';
const syncEnds = '11 100.4 <... fsync resumed>)           = 0';
const answered =
  '10 100.5 writev(48<socket:[1]>, [{iov_base="{\\"t\\":\\"answers\\",\\"status\\":\\"accepted\\"}"}], 1) = 90';
const told = '20 100.6 write(24<socket:[2]>, "{\\"t\\":\\"receipt\\",\\"receipt\\":{\\"ballotId\\":\\"b1\\"", 90) = 90';
const other = '12 100.3 fsync(22</d/journal.db-wal>) = 0';

/** @param {string[]} lines */
const follow = (...lines) => followBallot(lines.join('\n'), { ballotId: 'b1', corePid: 10, edgePid: 20 });

it('finds a ballot that is on disk before its voter is told', () => {
  const { steps, holds } = follow(other, written, synced, answered, told);
  expect(steps.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  expect(holds).toBe(true);
});

it('takes a sync that others came in between of for done where it returns', () => {
  expect(follow(written, syncBegins, other, syncEnds, answered, told).holds).toBe(true);
  expect(follow(written, syncBegins, answered, told, syncEnds).holds).toBe(false);
});

it('does not take an earlier sync, or another file’s, for the ballot’s', () => {
  expect(follow(synced, written, answered, told).holds).toBe(false);
  expect(follow(written, other, answered, told).holds).toBe(false);
});

it('sees a receipt that left before the sync, even if another follows', () => {
  expect(follow(written, told, synced, answered, told).holds).toBe(false);
  expect(follow(told, written, synced, answered, told).holds).toBe(false);
});
