import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { argumentsOf, isAlive, type ProcessIdentity } from '../process/process-identity.ts';
import { isListenedOn, ordersOfEdges } from './orders-of-edges.ts';
import type { Owner } from './owner-lock.ts';
import { backplanePathOf, RUNTIME_PREFIX, removeQuietly } from './runtime-folder.ts';

/** A core without its supervisor ends by itself, and one that can't is in the way of what its edges have to say. */
const CORE_LEAVES_MS = 3_000;
const CORE_ENDS_MS = 1_000;

/**
 * Clears up after a server that was killed: its parts stay for a while (the audience should not notice a supervisor
 * that comes right back) and hold the ports that the new one needs.
 *
 * Threat: the file that names them came with a copied folder, or somebody wrote it. It ends no process but one that runs a part
 * of ours, and removes no folder but one of ours in the place for temporary files.
 *
 * @param commands what parts run: executable and arguments
 * @returns what its edges held for the next core: nobody else knows of it once they are gone
 */
export async function removeOrphans(owner: Owner, commands: readonly (readonly string[])[]): Promise<HeldOrder[]> {
  const runsPart = partOf(commands);
  const isOrphan = (part: ProcessIdentity) => part.startTicks !== null && isAlive(part) && runsPart(part.pid);
  const { orders, edges } = await askEdges(owner, isOrphan);
  const listed = owner.parts.filter((part) => !edges.some(({ pid }) => pid === part.pid));
  const parts = [...listed, ...edges].filter(isOrphan);
  for (const part of parts) end(part.pid, 'SIGTERM');
  const deadlineMs = performance.now() + EDGE_LEAVE_MS;
  while (parts.some(isAlive) && performance.now() < deadlineMs) await sleep(50);
  for (const part of parts.filter(isAlive)) end(part.pid, 'SIGKILL');
  while (parts.some(isAlive)) await sleep(50);
  if (isRuntimeFolder(owner.runtimeDir)) removeQuietly(owner.runtimeDir);
  return orders;
}

type IsOrphan = (part: ProcessIdentity) => boolean;

async function askEdges(owner: Owner, isOrphan: IsOrphan): Promise<{ orders: HeldOrder[]; edges: ProcessIdentity[] }> {
  const nobody = { orders: [], edges: [] };
  // Where the system removed it, the sockets went with it: at a start of the machine, say.
  if (!isRuntimeFolder(owner.runtimeDir)) return nobody;
  const path = backplanePathOf(owner);
  if (!(await coreHasLeft(owner, { path, isOrphan }))) return nobody;
  return ordersOfEdges(path, owner.parts).catch(() => nobody);
}

/** Its edges speak to the old core for as long as it is there; and where it leaves, it takes whatever has its socket's name with it. */
async function coreHasLeft(
  { parts: [core] }: Owner,
  { path, isOrphan }: { path: string; isOrphan: IsOrphan },
): Promise<boolean> {
  if (await hasLeft(path, CORE_LEAVES_MS)) return true;
  // It is noted first of all.
  if (core !== undefined && isOrphan(core)) end(core.pid, 'SIGKILL');
  return hasLeft(path, CORE_ENDS_MS);
}

async function hasLeft(path: string, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (await isListenedOn(path)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(50);
  }
  return true;
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
