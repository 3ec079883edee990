/** Looks at processes from outside, as an administrator would. Linux shows more than other systems do. */
import { readdirSync, readFileSync } from 'node:fs';

/** Whether it still runs; one that has ended and only waits to be collected doesn't. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every running process that has `NAME=value` in its environment; none where the system can't tell. */
export function processesWith(variable: string): number[] {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable) && isAlive(pid)) found.push(pid);
    } catch {
      // Ended meanwhile, or somebody else's.
    }
  }
  return found;
}

export function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
