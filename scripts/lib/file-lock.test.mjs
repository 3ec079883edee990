import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withFileLock } from './file-lock.mjs';

function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'file-lock-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('works are done one after the other, by processes that start at once and find a dead holder', async () => {
  const dir = folder();
  const lock = join(dir, 'lock');
  const log = join(dir, 'log');
  writeFileSync(lock, `${2 ** 22 + 1} 0 0`);
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withFileLock } from ${JSON.stringify(new URL('./file-lock.mjs', import.meta.url).href)};
    await withFileLock(${JSON.stringify(lock)}, () => {}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ' + process.pid + '\\n');
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      appendFileSync(${JSON.stringify(log)}, 'out ' + process.pid + '\\n');
    });`;
  const ends = Array.from(
    { length: 4 },
    () =>
      new Promise((resolve) =>
        spawn(process.execPath, ['--input-type=module', '-e', script]).on('exit', (code) => resolve(code)),
      ),
  );
  expect(await Promise.all(ends)).toEqual([0, 0, 0, 0]);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(8);
  for (let i = 0; i < lines.length; i += 2) expect(lines[i + 1]).toBe(lines[i]?.replace('in', 'out'));
  expect(existsSync(lock)).toBe(false);
});

test('the lock is given back when the work fails', async () => {
  const lock = join(folder(), 'lock');
  await expect(
    withFileLock(
      lock,
      () => {},
      async () => {
        throw new Error('no network');
      },
    ),
  ).rejects.toThrow('no network');
  expect(existsSync(lock)).toBe(false);
});

test('who waits is told once who holds it', async () => {
  const lock = join(folder(), 'lock');
  /** @type {number[]} */
  const told = [];
  let release = () => {};
  const held = withFileLock(
    lock,
    () => {},
    () => new Promise((resolve) => (release = () => resolve(null))),
  );
  await expect.poll(() => existsSync(lock)).toBe(true);
  const waiting = withFileLock(
    lock,
    (pid) => told.push(pid),
    async () => 'mine',
  );
  await expect.poll(() => told).toEqual([process.pid]);
  release();
  await held;
  expect(await waiting).toBe('mine');
  expect(told).toHaveLength(1);
});
