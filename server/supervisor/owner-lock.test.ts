import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { identityOf } from '../process/process-identity.ts';
import { type OwnerLock, takeOwnerLock } from './owner-lock.ts';
import { smallDisk } from './small-disk.test-part.ts';

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

function taken(dataDir: string): OwnerLock {
  const outcome = take(dataDir);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.lock;
}

const MODULE = JSON.stringify(new URL('./owner-lock.ts', import.meta.url).href);

/** Another process, which ends with the test. */
function start(script: string): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

test('of several that find a dead owner at once, exactly one takes its place', { timeout: 90_000 }, async () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), JSON.stringify(owner(DEAD)));
  const script = `
    import { takeOwnerLock } from ${MODULE};
    process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);
    process.on('message', () => process.exit());`;
  const children = Array.from({ length: 5 }, () => start(script));
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

test.each([null, '1'])(
  'an owner whose pid somebody else has by now is dead, whatever the system tells (%s)',
  (startTicks) => {
    const dir = folder();
    const left = owner({ pid: process.pid, startTicks });
    writeFileSync(join(dir, 'lock'), JSON.stringify(left));
    expect(take(dir)).toMatchObject({ kind: 'taken', deadOwner: left });
  },
);

test('a living owner keeps the folder, whatever became of the file that names it', async () => {
  const dir = folder();
  const holder = start(`
    import { takeOwnerLock } from ${MODULE};
    process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);
    process.on('message', () => {});`);
  expect(await once(holder, 'message')).toEqual(['taken', undefined]);
  expect(take(dir)).toMatchObject({ kind: 'refused', message: expect.stringContaining(`kill ${holder.pid}`) });
  rmSync(join(dir, 'lock'));
  expect(take(dir)).toMatchObject({ kind: 'refused', message: expect.stringContaining('--data DIR') });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(take(dir).kind).toBe('taken');
});

test.skipIf(identityOf(process.pid).startTicks === null)(
  'a living owner keeps it, also without a guard: it is older than guards, or somebody removed the file',
  async () => {
    const dir = folder();
    const holder = start(`
      import { takeOwnerLock } from ${MODULE};
      process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);
      process.on('message', () => {});`);
    expect(await once(holder, 'message')).toEqual(['taken', undefined]);
    rmSync(join(dir, 'lock.guard'));
    const before = readFileSync(join(dir, 'lock'), 'utf8');
    expect(take(dir)).toMatchObject({
      kind: 'refused',
      code: 'data-in-use',
      message: expect.stringContaining(`kill ${holder.pid}`),
    });
    expect(readFileSync(join(dir, 'lock'), 'utf8')).toBe(before);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(take(dir).kind).toBe('taken');
  },
);

test('it is held from the first moment to the release, also after notes and refusals', async () => {
  const dir = folder();
  const mine = taken(dir);
  mine.note({ deskUrl: 'http://127.0.0.1:4310' });
  await mine.write();
  const asks = () => {
    const child = start(`
      import { takeOwnerLock } from ${MODULE};
      process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);`);
    return once(child, 'message').then(([kind]) => kind);
  };
  expect(take(dir).kind).toBe('refused');
  expect(await asks()).toBe('refused');
  mine.release();
  expect(await asks()).toBe('taken');
});

test('a folder that can’t be written is refused with a sentence, and held by nobody', () => {
  const dir = folder();
  mkdirSync(join(dir, 'lock'));
  expect(() => take(dir)).toThrow(
    expect.objectContaining({ code: 'data-folder', message: expect.stringContaining(dir) }),
  );
  rmdirSync(join(dir, 'lock'));
  expect(readdirSync(dir)).toEqual([]);
  expect(take(dir).kind).toBe('taken');
});

test('a start that is refused after all leaves no file, and one that waits for it holds the folder that is there', async () => {
  const dir = folder();
  const first = taken(dir);
  expect(statSync(join(dir, 'lock.guard')).mode & 0o777).toBe(0o600);
  // It opens the guard, waits for it, and gets it when its name is gone.
  const waits = start(`
    import { takeOwnerLock } from ${MODULE};
    process.send('starts');
    process.send(takeOwnerLock({ dataDir: ${JSON.stringify(dir)}, controlPath: '', runtimeDir: '' }).kind);
    process.on('message', () => process.exit());`);
  await once(waits, 'message');
  const answer = once(waits, 'message');
  const fds = `/proc/${waits.pid}/fd`;
  if (existsSync(fds)) {
    const linkOf = (fd: string) => readlinkSync(join(fds, fd), { encoding: 'utf8' });
    const opens = () => readdirSync(fds).some((fd) => existsSync(join(fds, fd)) && linkOf(fd).endsWith('lock.guard'));
    await vi.waitFor(() => expect(opens()).toBe(true), { interval: 5, timeout: 10_000 });
  }
  first.withdraw();
  expect(await answer).toContain('taken');
  expect(take(dir).kind).toBe('refused');
  waits.send('leave');
  await once(waits, 'exit');
  const last = taken(dir);
  last.withdraw();
  expect(existsSync(join(dir, 'lock'))).toBe(false);
});

test('on a full disk it is let go of like on any other', async (context) => {
  const disk = smallDisk(context);
  const mine = taken(disk.dir);
  disk.fill();
  mine.note({
    deskUrl: 'http://127.0.0.1:4310',
    parts: Array.from({ length: 99 }, (_, pid) => ({ pid, startTicks: '1' })),
  });
  await expect(mine.write()).rejects.toThrow('ENOSPC');
  mine.release();
  expect(readdirSync(disk.dir)).not.toContain('lock');
  disk.free();
  expect(take(disk.dir).kind).toBe('taken');
});

test('a lock file that says nothing names nobody', () => {
  const dir = folder();
  writeFileSync(join(dir, 'lock'), 'half a wor');
  expect(take(dir)).toMatchObject({ kind: 'taken', deadOwner: null });
});

test('only this user may read it, what is noted stands in it, and it goes with its owner', async () => {
  const dir = folder();
  const path = join(dir, 'lock');
  const lock = taken(dir);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  lock.note({ deskUrl: 'http://127.0.0.1:4310' });
  await lock.write();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ deskUrl: 'http://127.0.0.1:4310', controlPath: 'c' });
  expect(take(dir)).toMatchObject({ kind: 'refused', message: expect.stringContaining('http://127.0.0.1:4310') });
  lock.release();
  expect(existsSync(path)).toBe(false);
});

test('an owner that was replaced leaves the lock of its successor alone', () => {
  const dir = folder();
  const path = join(dir, 'lock');
  const lock = taken(dir);
  const successor = JSON.stringify(owner(DEAD));
  writeFileSync(path, successor);
  lock.release();
  expect(readFileSync(path, 'utf8')).toBe(successor);
});
