import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { identityOf } from '../process/process-identity.ts';
import { isListenedOn, mergedOrders, ordersOfEdges } from './orders-of-edges.ts';

function backplane(): string {
  const dir = mkdtempSync(join(tmpdir(), 'oe-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'backplane.sock');
}

const order = (actor: string): HeldOrder => ({
  epoch: 7,
  command: { id: randomUUID(), type: 'show.clear', clientTimeMs: 1 } as HeldOrder['command'],
  runId: null,
  actor,
  roles: ['owner'],
  source: 'desk',
  atMs: 1,
});

/** Looks for a core until it finds one, as an edge does; says its hello, and what an edge says after it. */
function edge(path: string, hello: Record<string, unknown>): { heard: string[] } {
  const heard: string[] = [];
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
  });
  const tries = () => {
    const socket = new WebSocket('ws://core/', { createConnection: () => connect(path) });
    socket.on('open', () => {
      for (const message of [
        { t: 'hello', edgeId: 'edge-1', edgeEpoch: 'x', ...hello },
        { t: 'ping', t0: 1 },
      ]) {
        socket.send(JSON.stringify(message));
      }
    });
    socket.on('message', (data) => heard.push(String(data)));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!isOver) setTimeout(tries, 50);
    });
  };
  tries();
  return { heard };
}

/** Lives, and is no edge that ever says a word. */
const SILENT = identityOf(process.ppid);
const HERE = identityOf(process.pid);

test('what several edges hold is taken once each, and no edge is told anything', async () => {
  const path = backplane();
  const [both, one] = [order('producer'), order('director')];
  const edges = [edge(path, { pid: HERE.pid, orders: [both] }), edge(path, { pid: SILENT.pid, orders: [both, one] })];
  const { orders, edges: heard } = await ordersOfEdges(path, [HERE, SILENT]);
  expect(orders.toSorted((a, b) => a.actor.localeCompare(b.actor))).toEqual([one, both]);
  expect(heard).toEqual(expect.arrayContaining([HERE, SILENT]));
  expect(edges.flatMap((each) => each.heard)).toEqual([]);
  expect(await isListenedOn(path), 'nobody listens there after it').toBe(false);
});

test('one that never says a word is waited for no longer than two seconds, and the others count', async () => {
  const path = backplane();
  const held = order('producer');
  edge(path, { pid: HERE.pid, orders: [held] });
  const sinceMs = performance.now();
  expect((await ordersOfEdges(path, [HERE, SILENT])).orders).toEqual([held]);
  expect(performance.now() - sinceMs).toBeGreaterThan(1_900);
});

test('what is no order is left, and so is an edge of before there were any', async () => {
  const path = backplane();
  const held = order('producer');
  edge(path, { pid: HERE.pid, orders: [{ ...held, command: 'clear it' }, held] });
  edge(path, { pid: SILENT.pid });
  expect(await ordersOfEdges(path, [HERE, SILENT])).toEqual({
    orders: [held],
    edges: expect.arrayContaining([HERE, SILENT]),
  });
});

test('the same id of two actors is two orders', () => {
  const one = order('producer');
  const other = { ...one, actor: 'director' };
  expect(mergedOrders([one], [{ ...one }, other])).toEqual([one, other]);
});

test('a core that is still there is seen', async () => {
  const path = backplane();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(await isListenedOn(path)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isListenedOn(path)).toBe(false);
});
