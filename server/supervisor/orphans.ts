import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { isAlive, type ProcessIdentity } from '../process/process-identity.ts';
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
 * @returns what its edges held for the next core: nobody else knows of it once they are gone
 */
export async function removeOrphans(owner: Owner): Promise<HeldOrder[]> {
  const { orders, edges } = await askEdges(owner);
  const listed = owner.parts.filter((part) => !edges.some(({ pid }) => pid === part.pid));
  const parts = [...listed, ...edges].filter((part) => part.startTicks !== null && isAlive(part));
  for (const part of parts) end(part.pid, 'SIGTERM');
  const deadlineMs = performance.now() + EDGE_LEAVE_MS;
  while (parts.some(isAlive) && performance.now() < deadlineMs) await sleep(50);
  for (const part of parts.filter(isAlive)) end(part.pid, 'SIGKILL');
  while (parts.some(isAlive)) await sleep(50);
  // Only ever a folder of ours, whatever the file says.
  if (isOurs(owner)) removeQuietly(owner.runtimeDir);
  return orders;
}

const isOurs = ({ runtimeDir }: Owner) => basename(runtimeDir).startsWith(RUNTIME_PREFIX);

async function askEdges(owner: Owner): Promise<{ orders: HeldOrder[]; edges: ProcessIdentity[] }> {
  const nobody = { orders: [], edges: [] };
  // The system removed it, and the sockets with it: at a start of the machine, say.
  if (!isOurs(owner) || !existsSync(owner.runtimeDir)) return nobody;
  const path = backplanePathOf(owner);
  if (!(await coreHasLeft(owner, path))) return nobody;
  return ordersOfEdges(path, owner.parts).catch(() => nobody);
}

/** Its edges speak to the old core for as long as it is there; and where it leaves, it takes whatever has its socket's name with it. */
async function coreHasLeft({ parts: [core] }: Owner, path: string): Promise<boolean> {
  if (await hasLeft(path, CORE_LEAVES_MS)) return true;
  // It is noted first of all.
  if (core !== undefined && core.startTicks !== null && isAlive(core)) end(core.pid, 'SIGKILL');
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

/** One that has ended meanwhile needs no signal. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
