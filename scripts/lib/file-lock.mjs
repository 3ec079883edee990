/** One preparation at a time: two starters that install or build together would hand each other half-written files. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @param {number} pid */
function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
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
  const mine = `${process.pid} ${Date.now()} ${Math.random()}`;
  let told = false;
  for (;;) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const held = await readFile(path, 'utf8').catch(() => null);
    const pid = Number(held?.split(' ')[0]);
    if (held && !lives(pid)) {
      // Moved away first and looked at: another waiter may have replaced the dead lock by its own since we read it.
      const aside = `${path}.${process.pid}`;
      const moved = await rename(path, aside).then(
        () => true,
        () => false,
      );
      if (moved && (await readFile(aside, 'utf8')) !== held) await rename(aside, path);
      else await rm(aside, { force: true });
      continue;
    }
    if (!told && held) onWait(pid);
    told = told || held !== null;
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
