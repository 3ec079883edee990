/** What a test run left behind: processes that carry its mark, files in its temporary folder. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Edges of a server that was killed stay for 30 s, so that its audience doesn't notice; then they must be gone. */
const LEAVE_MS = 40_000;

/**
 * @param {string} mark `NAME=value` as it stands in the environment of everything that the run started
 * @returns {Promise<{ pid: number, command: string }[]>}
 */
export async function markedProcesses(mark) {
  const found = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    // It may end while we look, or belong to somebody else.
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(mark)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command !== '') found.push({ pid: Number(entry), command: command.replaceAll('\0', ' ').trim() });
  }
  return found;
}

/**
 * Waits for marked processes to leave by themselves; those that don't are reported and ended.
 * @param {string} mark
 * @param {number} [leaveMs]
 * @returns {Promise<string[]>} a sentence for each
 */
export async function leftProcesses(mark, leaveMs = LEAVE_MS) {
  if (process.platform !== 'linux') return [];
  const deadlineMs = performance.now() + leaveMs;
  let left = await markedProcesses(mark);
  while (left.length > 0 && performance.now() < deadlineMs) {
    await sleep(250);
    left = await markedProcesses(mark);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
  return left.map(({ pid, command }) => `process ${pid} was left running: ${command}`);
}

/**
 * @param {string} dir
 * @returns {Promise<string[]>} a sentence for each entry
 */
export async function leftFiles(dir) {
  return (await readdir(dir)).map((name) => `left in the temporary folder: ${name}`);
}
