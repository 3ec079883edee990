import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AdvisoryWriter } from './advisory-writer.ts';
import { LogFile } from './log-file.ts';
import { smallDisk } from './small-disk.test-part.ts';

function open(dir: string, mostBytes = 10_000_000) {
  const troubles: string[] = [];
  const onTrouble = (why: string) => void troubles.push(why);
  const writer = new AdvisoryWriter({
    retryMs: 5,
    mostRetryMs: 20,
    calmMs: 1_000,
    slowMs: 1_000,
    onTrouble,
    onOver: () => {},
  });
  const path = join(dir, 'tallyroom.log');
  const log = new LogFile({ path, mostBytes, mostFiles: 10, writer });
  const lines = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  return { log, troubles, lines };
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'log-file-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** As long as a usual entry, and more than a disk has left in its last block. */
const entry = (n: number) => `{"level":30,"n":${n},"msg":"${'x'.repeat(200)}"}`;

test('lines that a full disk does not take are written once it has room, in order, and the trouble is told once', async (context) => {
  const disk = smallDisk(context);
  const { log, troubles, lines } = open(disk.dir);
  log.append(entry(0));
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  disk.fill();
  for (let n = 1; n < 100; n++) log.append(entry(n));
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  disk.free();
  log.append(entry(100));
  await vi.waitFor(() => expect(lines().at(-1)).toBe(entry(100)));
  expect(lines()).toEqual(Array.from({ length: 101 }, (_, n) => entry(n)));
  expect(troubles).toEqual([expect.stringContaining('tallyroom.log: ENOSPC')]);
  await log.close();
});

test('of what waits for the disk the newest are kept, within a bound, and how many are lost is said', async () => {
  const dir = folder();
  // Nothing can be opened in the place of a folder.
  mkdirSync(join(dir, 'tallyroom.log'));
  const { log, troubles, lines } = open(dir);
  log.append('first');
  await vi.waitFor(() => expect(troubles).toHaveLength(1));
  for (let n = 0; n < 10_000; n++) log.append(entry(n));
  rmSync(join(dir, 'tallyroom.log'), { recursive: true });
  await vi.waitFor(() => expect(lines().at(-1)).toBe(entry(9_999)));
  const told = lines().find((line) => line.includes('lines of the log are lost'));
  const lost = Number(/"(\d+) lines/.exec(told ?? '')?.[1]);
  expect(lost).toBeGreaterThan(1_000);
  expect(lines().filter((line) => line.includes('"n":'))).toHaveLength(10_000 - lost);
  await log.close();
});

test('it keeps ten files and not one more, also when the disk was full while one of them made place', async (context) => {
  const disk = smallDisk(context);
  const { log, lines } = open(disk.dir, 4_000);
  const files = () => readdirSync(disk.dir).filter((name) => name !== 'ballast');
  const write = async (what: string) => {
    for (let n = 0; n < 30; n++) {
      log.append(`${what} ${n} ${'x'.repeat(4_000)}`);
      await vi.waitFor(() => expect(newest()).toContain(`${what} ${n} `));
    }
  };
  /** Of the file in use, or of the one that has just made place for it. */
  const newest = () =>
    readFileSync(join(disk.dir, files().includes('tallyroom.log') ? 'tallyroom.log' : 'tallyroom.log.1'), 'utf8');
  await write('before');
  // The one in use comes with the next line.
  expect(files()).toHaveLength(9);
  disk.fill();
  for (let n = 0; n < 30; n++) log.append(`meanwhile ${n} ${'x'.repeat(4_000)}`);
  disk.free();
  await write('after');
  log.append('the last one');
  await vi.waitFor(() => expect(lines().at(-1)).toBe('the last one'));
  expect(files()).toHaveLength(10);
  await log.close();
});

test('what was said before the end is written before the end', async () => {
  const { log, lines } = open(folder());
  for (let n = 0; n < 50; n++) log.append(entry(n));
  await log.close();
  expect(lines()).toHaveLength(50);
});
