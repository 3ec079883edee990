import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { isAlive } from '../process/process-identity.ts';
import type { Owner } from './owner-lock.ts';
import { RUNTIME_PREFIX, removeQuietly } from './runtime-folder.ts';

/**
 * Clears up after a server that was killed: its parts stay for a while (the audience should not notice a supervisor
 * that comes right back) and hold the ports that the new one needs.
 */
export async function removeOrphans(owner: Owner): Promise<void> {
  const parts = owner.parts.filter((part) => part.startTicks !== null && isAlive(part));
  for (const part of parts) end(part.pid, 'SIGTERM');
  const deadlineMs = performance.now() + EDGE_LEAVE_MS;
  while (parts.some(isAlive) && performance.now() < deadlineMs) await sleep(50);
  for (const part of parts.filter(isAlive)) end(part.pid, 'SIGKILL');
  while (parts.some(isAlive)) await sleep(50);
  // Only ever a folder of ours, whatever the file says.
  if (basename(owner.runtimeDir).startsWith(RUNTIME_PREFIX)) removeQuietly(owner.runtimeDir);
}

/** One that has ended meanwhile needs no signal. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
