import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ballot } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { CALM, FINAL, LEO, receipt, state } from './testing/samples.ts';

const ballot: Ballot = { id: 'b1' as BallotId, pollId: FINAL, round: 1, choice: [LEO] };

let rig: LinkRig;

beforeEach(() => {
  rig = new LinkRig();
});

afterEach(() => vi.restoreAllMocks());

test('arrives by one WebSocket, with the rehearsal code and without any request', async () => {
  rig.connect('c0de');
  rig.arrive();
  expect(rig.socket.sent).toEqual([{ t: 'hello', token: null, code: 'c0de' }]);
  expect(rig.links()).toEqual(['online ws']);
  expect(rig.env.requests).toEqual([]);
});

test('returns with its token and the newest state it has', async () => {
  rig.connect();
  rig.arrive({ token: 'seat', state: state({ epoch: 4, rev: 17 }) }).drop(1006);
  await rig.env.advance(CALM.jitterMs);
  rig.socket.open();
  expect(rig.socket.sent).toEqual([{ t: 'hello', token: 'seat', epoch: 4, rev: 17 }]);
  expect(rig.links()).toEqual(['online ws', 'lost']);
});

test('without event streams it polls after two WebSockets in a row that ended without a word, and sends ballots by request', async () => {
  rig.env.openStream = null;
  rig.env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  const connection = rig.connect();
  rig.socket.drop(1006);
  await rig.env.advance(CALM.jitterMs + CALM.retryAfterMs);
  expect(rig.env.sockets).toHaveLength(2);
  expect(rig.paths()).toEqual([]);
  rig.socket.drop(1006);
  await rig.env.advance(5_000);
  expect(rig.paths()[0]).toBe('v1/join');
  expect(rig.links().at(-1)).toBe('online poll');

  rig.env.answering = () => ({ status: 200, body: { receipt: receipt(ballot.id) } });
  expect(connection.send(ballot)).toBe(true);
  await rig.env.advance(0);
  const sent = rig.env.requests.at(-1)?.request;
  expect(sent).toMatchObject({ method: 'POST', path: 'v1/ballots', headers: { Authorization: 'Bearer seat' } });
  expect(rig.events).toContainEqual({ t: 'receipt', receipt: receipt(ballot.id) });
});

test.each([
  ['has no WebSocket', () => null],
  [
    'forbids WebSockets',
    () => () => {
      throw new Error('SecurityError');
    },
  ],
])('polls at once where the browser %s', async (_, socketOf) => {
  vi.spyOn(console, 'warn').mockReturnValue();
  rig.env.openSocket = socketOf();
  rig.env.openStream = null;
  rig.env.answering = () => joinAnswer;
  rig.connect();
  await rig.env.advance(0);
  expect(rig.paths()).toEqual(['v1/join']);
  expect(rig.links()).toEqual(['online poll']);
});

test('a WebSocket that opens but never welcomes counts as a failure', async () => {
  rig.connect();
  rig.socket.open();
  await rig.env.advance(10_000);
  expect(rig.socket.closedByPage).toBe(true);
  expect(rig.links()).toEqual(['lost']);
});

test('goes back to a WebSocket when one comes through, and stops polling', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const open = rig.env.openSocket;
  rig.env.openStream = null;
  rig.env.openSocket = () => {
    throw new Error('blocked');
  };
  rig.env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  rig.connect();
  await rig.env.advance(3_000);
  rig.env.openSocket = open;
  await rig.env.advance(6_000);
  rig.arrive({});
  expect(rig.links()).toEqual(['online poll', 'online ws']);
  const polls = rig.env.requests.length;
  await rig.env.advance(9_000);
  expect(rig.env.requests).toHaveLength(polls);
});

test('a WebSocket on trial that fails leaves polling as it is', async () => {
  rig.env.openStream = null;
  rig.env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  rig.connect();
  rig.socket.drop(1006);
  await rig.env.advance(2_000);
  rig.socket.drop(1006);
  await rig.env.advance(20_000);
  expect(rig.env.sockets).toHaveLength(3);
  rig.socket.drop(1006);
  const polls = rig.env.requests.length;
  await rig.env.advance(10_000);
  expect(rig.env.requests.length).toBeGreaterThan(polls);
  expect(rig.links().filter((link) => link === 'lost')).toHaveLength(2);
});

test('an arrival that the hints send to polling lets its socket go', async () => {
  rig.env.answering = () => ({ status: 304 });
  rig.connect();
  const socket = rig.arrive({ token: 'seat', state: state({ hints: { ...CALM, transport: 'poll', level: 3 } }) });
  await rig.env.advance(2_500);
  expect(socket.closedByPage).toBe(true);
  expect(rig.links().at(-1)).toBe('online poll');
  expect(rig.paths()[0]).toBe('v1/state');
  await rig.env.advance(120_000);
  expect(rig.env.sockets).toHaveLength(1);
  rig.hints = CALM;
  await rig.env.advance(240_000);
  expect(rig.env.sockets.length).toBeGreaterThan(1);
});

test('a held socket stays when the hints change to polling; the next return follows them', async () => {
  rig.env.answering = () => ({ status: 304 });
  rig.connect();
  const socket = rig.arrive();
  rig.hints = { ...CALM, transport: 'poll', level: 3 };
  socket.say({ t: 'state', state: state({ rev: 2, hints: rig.hints }) });
  await rig.env.advance(5_000);
  expect(socket.closedByPage).toBe(false);
  socket.drop(1006);
  await rig.env.advance(5_000);
  expect(rig.env.sockets).toHaveLength(1);
  expect(rig.links().at(-1)).toBe('online poll');
});

test('stays away as long as a bye asks, and spreads its return', async () => {
  rig.connect();
  const socket = rig.arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 4_000 });
  socket.drop(1012);
  rig.env.chance = 1;
  await rig.env.advance(4_499);
  expect(rig.env.sockets).toHaveLength(1);
  await rig.env.advance(1);
  expect(rig.env.sockets).toHaveLength(2);
});

test('receipts that follow a bye still arrive, and nothing new is sent', async () => {
  const connection = rig.connect();
  const socket = rig.arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 100 });
  expect(connection.send(ballot)).toBe(false);
  socket.say({ t: 'receipt', receipt: receipt(ballot.id) });
  expect(rig.events).toContainEqual({ t: 'receipt', receipt: receipt(ballot.id) });
});

test('waits grow over returns that don’t hold, and start anew only after 30 s of holding', async () => {
  rig.hints = { ...CALM, jitterMs: 0, retryAfterMs: 0 };
  const still = { token: 'seat', state: state({ hints: rig.hints }) };
  rig.connect();
  rig.env.chance = 1;
  const waits: number[] = [];
  async function dropAndMeasure(): Promise<void> {
    const count = rig.env.sockets.length;
    const droppedAtMs = rig.env.nowMs();
    rig.socket.drop(1006);
    while (rig.env.sockets.length === count) await rig.env.advance(1);
    waits.push(rig.env.nowMs() - droppedAtMs);
  }
  for (let i = 0; i < 3; i += 1) {
    rig.arrive(still);
    await rig.env.advance(5_000);
    await dropAndMeasure();
  }
  expect(waits).toEqual([500, 1_000, 2_000]);
  rig.arrive(still);
  for (let i = 0; i < 7; i += 1) {
    await rig.env.advance(5_000);
    rig.socket.say({ t: 'state', state: state({ rev: 2 + i, hints: rig.hints }) });
  }
  await dropAndMeasure();
  expect(waits.at(-1)).toBe(500);
});

test('a refused token is reported once and the next hello asks for a new one', async () => {
  rig.identity = { token: 'old', mark: null, clockKnown: false, ageing: false };
  rig.connect();
  rig.socket.open();
  rig.socket.say({ t: 'bye', reason: 'bad-token', retryAfterMs: 0 });
  rig.socket.drop(4401);
  await rig.env.advance(CALM.jitterMs);
  rig.socket.open();
  expect(rig.events.filter((event) => event.t === 'bad-token')).toHaveLength(1);
  expect(rig.socket.sent).toEqual([{ t: 'hello', token: null }]);
});

test('a wrong rehearsal code ends the attempts', async () => {
  rig.connect('wrong');
  rig.socket.open();
  rig.socket.say({ t: 'error', code: 'bad-code', message: 'no' });
  await rig.env.advance(60_000);
  expect(rig.links()).toEqual(['bad-code']);
  expect(rig.env.sockets).toHaveLength(1);
});

test('a server that is not ready is no busy door', async () => {
  rig.connect();
  rig.socket.open();
  rig.socket.say({ t: 'error', code: 'unavailable', message: 'not ready', retryAfterMs: 1_000 });
  rig.socket.say({ t: 'bye', reason: 'unavailable', retryAfterMs: 1_000 });
  rig.socket.drop(1013);
  expect(rig.links()).toEqual(['lost']);
  await rig.env.advance(1_500);
  expect(rig.env.sockets).toHaveLength(2);
});

test('arrivals that have to wait keep their place and are told how long', async () => {
  rig.connect();
  rig.socket.open();
  rig.socket.say({ t: 'bye', reason: 'waiting-room', retryAfterMs: 20_000 });
  rig.socket.drop(1013);
  expect(rig.links()).toEqual(['waiting-room']);
  await rig.env.advance(19_999);
  expect(rig.env.sockets).toHaveLength(1);
  await rig.env.advance(1_001);
  expect(rig.env.sockets).toHaveLength(2);
});

test('a quiet socket is asked for a sign, and left when none comes', async () => {
  rig.connect();
  const socket = rig.arrive();
  await rig.env.advance(11_000);
  expect(socket.sent.at(-1)).toEqual({ t: 'ping' });
  socket.say({ t: 'pong', serverNowMs: 5 });
  expect(rig.events.some((event) => event.t === 'sample')).toBe(true);
  await rig.env.advance(11_000);
  expect(socket.sent.filter((frame) => frame.t === 'ping')).toHaveLength(2);
  await rig.env.advance(8_000);
  expect(socket.closedByPage).toBe(true);
  expect(rig.links().at(-1)).toBe('lost');
});

test('a socket that brings news needs no pings', async () => {
  rig.connect();
  const socket = rig.arrive();
  for (let rev = 2; rev < 12; rev += 1) {
    await rig.env.advance(5_000);
    socket.say({ t: 'state', state: state({ rev }) });
  }
  expect(socket.sent.some((frame) => frame.t === 'ping')).toBe(false);
});

test('the network’s return cuts a long wait short, but not below what the server asked', async () => {
  const connection = rig.connect();
  const socket = rig.arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 10_000 });
  socket.drop(1012);
  rig.env.chance = 0;
  connection.networkBack();
  await rig.env.advance(9_999);
  expect(rig.env.sockets).toHaveLength(1);
  await rig.env.advance(1);
  expect(rig.env.sockets).toHaveLength(2);
});
