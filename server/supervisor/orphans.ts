import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { argumentsOf, isAlive } from '../process/process-identity.ts';
import type { Owner } from './owner-lock.ts';
import { RUNTIME_PREFIX, removeQuietly } from './runtime-folder.ts';

/**
 * Clears up after a server that was killed: its parts stay for a while (the audience should not notice a supervisor
 * that comes right back) and hold the ports that the new one needs.
 *
 * Threat: the file that names them came with a copied folder, or somebody wrote it. It ends no process but one that runs a part
 * of ours, and removes no folder but one of ours in the place for temporary files.
 *
 * @param commands what parts run: executable and arguments
 */
export async function removeOrphans(owner: Owner, commands: readonly (readonly string[])[]): Promise<void> {
  const isOurs = partOf(commands);
  const parts = owner.parts.filter((part) => part.startTicks !== null && isAlive(part) && isOurs(part.pid));
  for (const part of parts) end(part.pid, 'SIGTERM');
  const deadlineMs = performance.now() + EDGE_LEAVE_MS;
  while (parts.some(isAlive) && performance.now() < deadlineMs) await sleep(50);
  for (const part of parts.filter(isAlive)) end(part.pid, 'SIGKILL');
  while (parts.some(isAlive)) await sleep(50);
  if (isRuntimeFolder(owner.runtimeDir)) removeQuietly(owner.runtimeDir);
}

/** By the end of their script's path: after an update the program lies elsewhere, and its orphans are still ours. */
function partOf(commands: readonly (readonly string[])[]): (pid: number) => boolean {
  const tailOf = (path: string) =>
    path
      .split(/[\\/]/)
      .slice(-2)
      .join('/')
      .replace(/\.[cm]?[jt]s$/, '');
  const scripts = new Set(commands.flatMap((command) => command.slice(1).filter(isScript).map(tailOf)));
  return (pid) => argumentsOf(pid).some((argument) => isScript(argument) && scripts.has(tailOf(argument)));
}

const isScript = (argument: string): boolean => /[\\/][^\\/]+\.[cm]?[jt]s$/.test(argument);

function isRuntimeFolder(dir: string): boolean {
  if (!basename(dir).startsWith(RUNTIME_PREFIX) || resolve(dir) !== dir) return false;
  if (![tmpdir(), '/tmp'].some((base) => resolve(base) === dirname(dir))) return false;
  try {
    const found = lstatSync(dir);
    return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  } catch {
    return false;
  }
}

/** One that has ended meanwhile needs no signal. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
