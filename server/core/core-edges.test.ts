import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import type { CoreToEdge, EdgeToCore, Spent } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { CommandId, RunId } from '../../shared/protocol/ids.ts';
import { openHub } from '../backplane/socket-hub.ts';
import type { BallotBox } from '../ballotbox/ballot-box.ts';
import { monotonicNow } from '../process/clocks.ts';
import { CoreEdges } from './core-edges.ts';

const log = pino({ level: 'silent' });
const RUN = 'q1:live:1' as RunId;
let dir: string;
let edges: CoreEdges;
let unknown: [string, string][];
/** What this core holds, and what it was told. */
let held: HeldOrder[];
let edgesExpected: number;
/** What this core heard of what edges gave. */
let spent: unknown[];
const sockets: WebSocket[] = [];

/** What taking orders over waits for. */
let taking: Promise<void>;

beforeEach(async () => {
  taking = new Promise((resolve) => setImmediate(resolve));
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-edge-side-'));
  unknown = [];
  spent = [];
  held = [];
  edgesExpected = 1;
  const box = { noteUnknown: (edgeId: string, epoch: string) => unknown.push([edgeId, epoch]) };
  edges = new CoreEdges({
    epoch: 1,
    edgesExpected: () => edgesExpected,
    nowMs: Date.now,
    monotonicNow,
    box: box as unknown as BallotBox,
    show: () => EMPTY_SHOW,
    orders: () => held,
    onSpent: (told) => spent.push(told),
    log,
  });
  const path = join(dir, 'core.sock');
  await edges.open((side) => openHub({ path, nowMs: Date.now, monotonicNow, log, ...side }), {
    publicStates: () => [],
    measures: () => ({ t: 'measures', rev: 1, on: [] }),
    onOrders: async (orders) => {
      // The journal is asked first, which takes a while.
      await taking;
      held = orders;
    },
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await edges.close();
  rmSync(dir, { recursive: true, force: true });
});

const sayOn = (socket: WebSocket, message: Partial<EdgeToCore>) => socket.send(JSON.stringify(message));
/** What the core has said on a connection. */
const heardOn = new Map<WebSocket, CoreToEdge[]>();
const heard = (socket: WebSocket) => heardOn.get(socket) ?? [];

async function connection(edgeEpoch: string, orders: HeldOrder[]): Promise<WebSocket> {
  const socket = new WebSocket('ws://core/', { createConnection: () => connect(join(dir, 'core.sock')) });
  sockets.push(socket);
  heardOn.set(socket, []);
  socket.on('message', (data) => heard(socket).push(JSON.parse(String(data)) as CoreToEdge));
  await new Promise((resolve) => socket.on('open', resolve));
  sayOn(socket, { t: 'hello', edgeId: 'edge-1', edgeEpoch, pid: 1, orders });
  return socket;
}

/** A life of edge-1 that has counted something and not handed it over. */
async function life(edgeEpoch: string): Promise<WebSocket> {
  const socket = await connection(edgeEpoch, []);
  sayOn(socket, { t: 'heartbeat', ready: true, unflushed: { [RUN]: { malformed: 1 } } });
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

const CLEARED: HeldOrder = {
  epoch: 1,
  command: { id: '0b8f5c1e-6f0a-4a52-9d3c-1c1f0e9d7a11' as CommandId, type: 'show.clear', clientTimeMs: 5 },
  runId: null,
  actor: 'Dirk',
  roles: ['director'],
  source: 'app',
  atMs: 5,
};

test('what the last core took away is taken from an edge before it is told anything of the show, and told to those that come', async () => {
  const first = await connection('first', [CLEARED]);
  await vi.waitFor(() =>
    expect(heard(first).map(({ t }) => t)).toEqual(['welcome', 'house', 'orders', 'runs', 'measures']),
  );
  expect(held).toEqual([CLEARED]);
  const second = await connection('second', []);
  await vi.waitFor(() => expect(heard(second)).toContainEqual({ t: 'orders', orders: [CLEARED] }));
  expect(held).toEqual([CLEARED]);
  edges.sendOrders([]);
  await vi.waitFor(() => expect(heard(first).at(-1)).toEqual({ t: 'orders', orders: [] }));
});

test('nothing of the show comes to an edge while its orders are being taken', async () => {
  const orders = Promise.withResolvers<void>();
  taking = orders.promise;
  const first = await connection('first', [CLEARED]);
  await count(1);
  edges.sendMeasures({ t: 'measures', rev: 7, on: [] });
  sayOn(first, { t: 'ping', t0: 1 });
  await vi.waitFor(() => expect(heard(first).map(({ t }) => t)).toEqual(['pong']));
  orders.resolve();
  await vi.waitFor(() => expect(heard(first).map(({ t }) => t)).toContain('runs'));
});

/** Resolves when this connection has been asked to drain. */
async function askedOn(socket: WebSocket): Promise<number> {
  const asked = () => heard(socket).find((message) => message.t === 'barrier');
  await vi.waitFor(() => expect(asked()).toBeDefined());
  return asked()?.barrierId ?? 0;
}

test('the end of a poll waits for an edge whose link breaks until it is back and has handed over what it holds', async () => {
  const broken = await life('first');
  const passing = edges.barrier.pass(RUN);
  await askedOn(broken);
  broken.terminate();
  await count(0);
  expect(edges.barrier.waits(RUN)?.edges).toEqual(['edge-1']);
  const back = await life('first');
  const barrierId = await askedOn(back);
  expect(edges.barrier.waits(RUN)?.edges).toEqual(['edge-1']);
  sayOn(back, { t: 'drained', barrierId });
  await passing;
});

test('it waits for one that is gone for good until two seconds after its last word', async () => {
  // A core that has just started would wait for all that it expects.
  edgesExpected = 0;
  const dead = await life('first');
  const lastWord = performance.now();
  dead.terminate();
  await count(0);
  await edges.barrier.pass(RUN);
  // Its last word was a moment before this test looked.
  expect(performance.now() - lastWord).toBeGreaterThan(1_900);
});

test('it does not wait for one that has left in good order', async () => {
  edgesExpected = 0;
  const leaving = await life('first');
  sayOn(leaving, { t: 'left' });
  await vi.waitFor(() => expect(edges.links()[0]?.left).toBe(true));
  leaving.terminate();
  await count(0);
  const startedAtMs = performance.now();
  await edges.barrier.pass(RUN);
  expect(performance.now() - startedAtMs).toBeLessThan(1_800);
});

test('what one edge gives is told to the others at once and not to itself, and to one that comes later as what is left', async () => {
  edgesExpected = 3;
  const [first, second] = [await connection('first', []), await connection('second', [])];
  await vi.waitFor(() => expect(heard(second).map(({ t }) => t)).toContain('measures'));
  const given: Spent = { arrivals: [['203.0.113.7', 5_200]], ballots: [['voter', 3]] };
  sayOn(first, { t: 'spent', spent: given, refused: [['203.0.113.7', 4]] });
  await vi.waitFor(() => expect(heard(second)).toContainEqual({ t: 'spent', spent: given }));
  expect(spent).toEqual([{ spent: given, refused: [['203.0.113.7', 4]] }]);
  // Only who was turned away is nothing to the others.
  sayOn(second, { t: 'spent', spent: {}, refused: [['203.0.113.8', 1]] });
  await vi.waitFor(() => expect(spent).toHaveLength(2));
  const third = await connection('third', []);
  const told = () => heard(third).find((message) => message.t === 'house');
  await vi.waitFor(() => expect(told()).toBeDefined());
  expect(told()).toEqual({ t: 'house', edges: 3, low: { arrivals: [['203.0.113.7', expect.any(Number)]] } });
  const [[, left] = ['', 0]] = told()?.low.arrivals ?? [];
  expect(left).toBeGreaterThanOrEqual(-200);
  expect(left).toBeLessThan(5_000);
  expect(heard(first).filter(({ t }) => t === 'spent')).toEqual([]);
});

test('a plan for more edges is told to those that are there, for when the core is away', async () => {
  const first = await connection('first', []);
  await vi.waitFor(() => expect(heard(first)).toContainEqual({ t: 'house', edges: 1, low: {} }));
  edgesExpected = 4;
  sayOn(first, { t: 'heartbeat', unflushed: {} });
  await vi.waitFor(() => expect(heard(first)).toContainEqual({ t: 'house', edges: 4, low: {} }));
});
