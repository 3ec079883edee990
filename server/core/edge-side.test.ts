import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import type { EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import { EdgeSide } from './edge-side.ts';

const RUN = 'q1:live:1';
let dir: string;
let edges: EdgeSide;
let unknown: [string, string][];
const sockets: WebSocket[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-edge-side-'));
  unknown = [];
  const box = { noteUnknown: (edgeId: string, epoch: string) => unknown.push([edgeId, epoch]) };
  edges = new EdgeSide({
    epoch: 1,
    edgesExpected: () => 1,
    nowMs: Date.now,
    box: box as unknown as BallotBox,
    show: () => EMPTY_SHOW,
    publicStates: () => [],
    measures: () => ({ t: 'measures', rev: 1, on: [] }),
    log: pino({ level: 'silent' }),
  });
  await edges.open(join(dir, 'core.sock'));
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await edges.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A life of edge-1 that has counted something and not handed it over. */
async function life(edgeEpoch: string): Promise<WebSocket> {
  const socket = new WebSocket('ws://core/', { createConnection: () => connect(join(dir, 'core.sock')) });
  sockets.push(socket);
  await new Promise((resolve) => socket.on('open', resolve));
  const say = (message: Partial<EdgeToCore>) => socket.send(JSON.stringify(message));
  say({ t: 'hello', edgeId: 'edge-1', edgeEpoch, pid: 1 });
  say({ t: 'heartbeat', ready: true, unflushed: { [RUN]: { malformed: 1 } } });
  const link = () => edges.links().find((other) => other.edgeEpoch === edgeEpoch);
  await vi.waitFor(() => expect(link()?.heartbeat?.unflushed).toEqual({ [RUN]: { malformed: 1 } }));
  return socket;
}
const count = (links: number) => vi.waitFor(() => expect(edges.links()).toHaveLength(links));

test('what a dead edge had not handed over is unknown once its next life is there', async () => {
  (await life('first')).terminate();
  await count(0);
  expect(unknown).toEqual([]);
  await life('second');
  expect(unknown).toEqual([['edge-1', 'first']]);
});

test('while a successor is beside its predecessor nothing is unknown, and once the predecessor is gone what it kept is', async () => {
  const predecessor = await life('first');
  await life('second');
  expect(unknown).toEqual([]);
  predecessor.terminate();
  await count(1);
  expect(unknown).toEqual([['edge-1', 'first']]);
});

test('an edge that comes back on a new connection has lost nothing', async () => {
  (await life('first')).terminate();
  await count(0);
  await life('first');
  expect(unknown).toEqual([]);
});
