import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeOwnerLock } from './owner-lock.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'owner-lock-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A pid that no process has. */
const DEAD = { pid: 2 ** 22 + 1, startTicks: '1' };
const owner = (process: { pid: number; startTicks: string | null }) => ({
  version: 1,
  claim: 'x',
  process,
  controlPath: '',
  runtimeDir: '',
  deskUrl: null,
  parts: [],
});
const take = (dataDir: string) => takeOwnerLock({ dataDir, controlPath: 'c', runtimeDir: 'r' });

test('of several that find a dead owner at once, exactly one takes its place', { timeout: 90_000 }, async () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), JSON.stringify(owner(DEAD)));
  const script = `
    import { takeOwnerLock } from ${JSON.stringify(new URL('./owner-lock.ts', import.meta.url).href)};
    process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);
    process.on('message', () => process.exit());`;
  const children = Array.from({ length: 5 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  onTestFinished(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  // Nobody leaves before all have tried: a lock whose owner has gone may be taken, of course.
  const outcomes = (await Promise.all(children.map((child) => once(child, 'message')))).flat().filter(Boolean);
  expect(outcomes.sort()).toEqual(['refused', 'refused', 'refused', 'refused', 'taken'].sort());
});

test('an owner that died is told to the next, with what it left', () => {
  const dir = folder();
  const left = { ...owner(DEAD), parts: [{ pid: 7, startTicks: '7' }], runtimeDir: '/tmp/tallyroom-x' };
  writeFileSync(join(dir, 'lock'), JSON.stringify(left));
  expect(take(dir)).toMatchObject({ kind: 'taken', deadOwner: left });
});

test('an owner whose pid somebody else has by now is dead', () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), JSON.stringify(owner({ pid: process.pid, startTicks: '1' })));
  expect(take(dir).kind).toBe(process.platform === 'linux' ? 'taken' : 'refused');
});

test('a lock file that says nothing names nobody', () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), 'half a wor');
  expect(take(dir)).toMatchObject({ kind: 'taken', deadOwner: null });
});

test('only this user may read it, what is noted stands in it, and it goes with its owner', () => {
  const dir = folder();
  const path = join(dir, 'lock');
  const outcome = take(dir);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  outcome.lock.note({ deskUrl: 'http://127.0.0.1:4310' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ deskUrl: 'http://127.0.0.1:4310', controlPath: 'c' });
  expect(take(dir)).toMatchObject({ kind: 'refused', message: expect.stringContaining('http://127.0.0.1:4310') });
  outcome.lock.release();
  expect(existsSync(path)).toBe(false);
});

test('an owner that was replaced leaves the lock of its successor alone', () => {
  const dir = folder();
  const path = join(dir, 'lock');
  const outcome = take(dir);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  const successor = JSON.stringify(owner(DEAD));
  writeFileSync(path, successor);
  outcome.lock.release();
  expect(readFileSync(path, 'utf8')).toBe(successor);
});
