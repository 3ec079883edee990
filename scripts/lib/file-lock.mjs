/** One preparation at a time: two starters that install or build together would hand each other half-written files. */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock file without a word was left by a process that died while it wrote. */
const WRITTEN_WITHIN_MS = 5_000;

/**
 * When a process started, in the system's ticks: its pid alone may be somebody else's by now. Empty where unknown.
 * @param {number} pid
 */
async function startTicks(pid) {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/**
 * @param {number} pid
 * @param {string} ticks as noted by the process
 */
async function lives(pid, ticks) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  return (await startTicks(pid)) === ticks;
}

/**
 * @param {string} path
 * @param {string} held what it says
 */
async function isDead(path, held) {
  if (held === '') return Date.now() - (await stat(path)).mtimeMs > WRITTEN_WITHIN_MS;
  const [pid, ticks = ''] = held.split(' ');
  return !(await lives(Number(pid), ticks));
}

/**
 * Takes a dead lock away. One waiter at a time may, and looks again first: another may have taken the lock since this one read it.
 * @param {string} path
 * @param {string} held what the dead lock says
 */
async function clear(path, held) {
  const clearing = `${path}.clearing`;
  try {
    await writeFile(clearing, '', { flag: 'wx' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    // Somebody else is about it, or died over it.
    if (await isDead(clearing, '').catch(() => false)) await rm(clearing, { force: true });
    await sleep(20);
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === held) await rm(path, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
}

/**
 * Does the work while holding the lock file; waits while a living process holds it.
 * @template T
 * @param {string} path
 * @param {(holderPid: number) => void} onWait told once, when somebody else holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFileLock(path, onWait, work) {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${process.pid} ${await startTicks(process.pid)} ${Math.random()}`;
  let told = false;
  for (;;) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const held = await readFile(path, 'utf8').catch(() => null);
    if (held !== null && (await isDead(path, held).catch(() => false))) {
      await clear(path, held);
      continue;
    }
    if (!told && held) {
      onWait(Number(held.split(' ')[0]));
      told = true;
    }
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
