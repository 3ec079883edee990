import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ballot, Hints } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { type Connection, type ConnectionEvent, createConnection } from './connection.ts';
import type { StateMark } from './public-state.ts';
import { type FakeEnv, type FakeSocket, fakeEnv } from './testing/fake-env.ts';
import { CALM, FINAL, LEO, receipt, state, welcome } from './testing/samples.ts';

const ballot: Ballot = { id: 'b1' as BallotId, pollId: FINAL, round: 1, choice: [LEO] };

let env: FakeEnv;
let events: ConnectionEvent[];
let identity: { token: string | null; mark: StateMark | null; clockKnown: boolean };
let hints: Hints;

beforeEach(() => {
  env = fakeEnv();
  events = [];
  identity = { token: null, mark: null, clockKnown: false };
  hints = CALM;
});

afterEach(() => vi.restoreAllMocks());

function connect(code: string | null = null): Connection {
  const connection = createConnection({
    env,
    code,
    identity: () => identity,
    hints: () => hints,
    emit: (event) => {
      events.push(event);
      if (event.t === 'joined') {
        if (event.token !== null) identity = { ...identity, token: event.token };
        identity = { ...identity, mark: event.state, clockKnown: true };
        hints = event.state.hints;
      }
      if (event.t === 'bad-token') identity = { ...identity, token: null };
    },
  });
  connection.start();
  return connection;
}

function lastSocket(): FakeSocket {
  const socket = env.sockets.at(-1);
  if (socket === undefined) throw new Error('no socket was opened');
  return socket;
}

function arrive(over: Parameters<typeof welcome>[0] = { token: 'seat' }): FakeSocket {
  const socket = lastSocket();
  socket.open();
  socket.say(welcome(over));
  return socket;
}

function links(): string[] {
  return events.flatMap((event) =>
    event.t === 'link' ? [event.link.t === 'online' ? `online ${event.link.via}` : event.link.t] : [],
  );
}

function paths(): string[] {
  return env.requests.map(({ request }) => request.path);
}

const joinAnswer = { status: 200, body: { token: 'seat', serverNowMs: 1, state: state() } };

test('arrives by one WebSocket, with the rehearsal code and without any request', async () => {
  connect('c0de');
  arrive();
  expect(lastSocket().sent).toEqual([{ t: 'hello', token: null, code: 'c0de' }]);
  expect(links()).toEqual(['online ws']);
  expect(env.requests).toEqual([]);
});

test('returns with its token and the newest state it has', async () => {
  connect();
  arrive({ token: 'seat', state: state({ epoch: 4, rev: 17 }) }).drop(1006);
  await env.advance(CALM.jitterMs);
  lastSocket().open();
  expect(lastSocket().sent).toEqual([{ t: 'hello', token: 'seat', epoch: 4, rev: 17 }]);
  expect(links()).toEqual(['online ws', 'lost']);
});

test('polls after two WebSockets in a row that ended without a word, and sends ballots by request', async () => {
  env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  const connection = connect();
  lastSocket().drop(1006);
  await env.advance(CALM.jitterMs + CALM.retryAfterMs);
  expect(env.sockets).toHaveLength(2);
  expect(paths()).toEqual([]);
  lastSocket().drop(1006);
  await env.advance(5_000);
  expect(paths()[0]).toBe('v1/join');
  expect(links().at(-1)).toBe('online poll');

  env.answering = () => ({ status: 200, body: { receipt: receipt(ballot.id) } });
  expect(connection.send(ballot)).toBe(true);
  await env.advance(0);
  const sent = env.requests.at(-1)?.request;
  expect(sent).toMatchObject({ method: 'POST', path: 'v1/ballots', headers: { Authorization: 'Bearer seat' } });
  expect(events).toContainEqual({ t: 'receipt', receipt: receipt(ballot.id) });
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
  env.openSocket = socketOf();
  env.answering = () => joinAnswer;
  connect();
  await env.advance(0);
  expect(paths()).toEqual(['v1/join']);
  expect(links()).toEqual(['online poll']);
});

test('a WebSocket that opens but never welcomes counts as a failure', async () => {
  connect();
  lastSocket().open();
  await env.advance(10_000);
  expect(lastSocket().closedByPage).toBe(true);
  expect(links()).toEqual(['lost']);
});

test('goes back to a WebSocket when one comes through, and stops polling', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const open = env.openSocket;
  env.openSocket = () => {
    throw new Error('blocked');
  };
  env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  connect();
  await env.advance(3_000);
  env.openSocket = open;
  await env.advance(6_000);
  arrive({});
  expect(links()).toEqual(['online poll', 'online ws']);
  const polls = env.requests.length;
  await env.advance(9_000);
  expect(env.requests).toHaveLength(polls);
});

test('a WebSocket on trial that fails leaves polling as it is', async () => {
  env.answering = (request) => (request.path === 'v1/join' ? joinAnswer : { status: 304 });
  connect();
  lastSocket().drop(1006);
  await env.advance(2_000);
  lastSocket().drop(1006);
  await env.advance(20_000);
  expect(env.sockets).toHaveLength(3);
  lastSocket().drop(1006);
  const polls = env.requests.length;
  await env.advance(10_000);
  expect(env.requests.length).toBeGreaterThan(polls);
  expect(links().filter((link) => link === 'lost')).toHaveLength(2);
});

test('an arrival that the hints send to polling lets its socket go', async () => {
  env.answering = () => ({ status: 304 });
  connect();
  const socket = arrive({ token: 'seat', state: state({ hints: { ...CALM, transport: 'poll', level: 3 } }) });
  await env.advance(2_500);
  expect(socket.closedByPage).toBe(true);
  expect(links().at(-1)).toBe('online poll');
  expect(paths()[0]).toBe('v1/state');
  await env.advance(120_000);
  expect(env.sockets).toHaveLength(1);
  hints = CALM;
  await env.advance(240_000);
  expect(env.sockets.length).toBeGreaterThan(1);
});

test('a held socket stays when the hints change to polling; the next return follows them', async () => {
  env.answering = () => ({ status: 304 });
  connect();
  const socket = arrive();
  hints = { ...CALM, transport: 'poll', level: 3 };
  socket.say({ t: 'state', state: state({ rev: 2, hints }) });
  await env.advance(5_000);
  expect(socket.closedByPage).toBe(false);
  socket.drop(1006);
  await env.advance(5_000);
  expect(env.sockets).toHaveLength(1);
  expect(links().at(-1)).toBe('online poll');
});

test('stays away as long as a bye asks, and spreads its return', async () => {
  connect();
  const socket = arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 4_000 });
  socket.drop(1012);
  env.chance = 1;
  await env.advance(4_499);
  expect(env.sockets).toHaveLength(1);
  await env.advance(1);
  expect(env.sockets).toHaveLength(2);
});

test('receipts that follow a bye still arrive, and nothing new is sent', async () => {
  const connection = connect();
  const socket = arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 100 });
  expect(connection.send(ballot)).toBe(false);
  socket.say({ t: 'receipt', receipt: receipt(ballot.id) });
  expect(events).toContainEqual({ t: 'receipt', receipt: receipt(ballot.id) });
});

test('waits grow over returns that don’t hold, and start anew only after 30 s of holding', async () => {
  hints = { ...CALM, jitterMs: 0, retryAfterMs: 0 };
  const still = { token: 'seat', state: state({ hints }) };
  connect();
  env.chance = 1;
  const waits: number[] = [];
  async function dropAndMeasure(): Promise<void> {
    const count = env.sockets.length;
    const droppedAtMs = env.nowMs();
    lastSocket().drop(1006);
    while (env.sockets.length === count) await env.advance(1);
    waits.push(env.nowMs() - droppedAtMs);
  }
  for (let i = 0; i < 3; i += 1) {
    arrive(still);
    await env.advance(5_000);
    await dropAndMeasure();
  }
  expect(waits).toEqual([500, 1_000, 2_000]);
  arrive(still);
  for (let i = 0; i < 7; i += 1) {
    await env.advance(5_000);
    lastSocket().say({ t: 'state', state: state({ rev: 2 + i, hints }) });
  }
  await dropAndMeasure();
  expect(waits.at(-1)).toBe(500);
});

test('a refused token is reported once and the next hello asks for a new one', async () => {
  identity = { token: 'old', mark: null, clockKnown: false };
  connect();
  lastSocket().open();
  lastSocket().say({ t: 'bye', reason: 'bad-token', retryAfterMs: 0 });
  lastSocket().drop(4401);
  await env.advance(CALM.jitterMs);
  lastSocket().open();
  expect(events.filter((event) => event.t === 'bad-token')).toHaveLength(1);
  expect(lastSocket().sent).toEqual([{ t: 'hello', token: null }]);
});

test('a wrong rehearsal code ends the attempts', async () => {
  connect('wrong');
  lastSocket().open();
  lastSocket().say({ t: 'error', code: 'bad-code', message: 'no' });
  await env.advance(60_000);
  expect(links()).toEqual(['bad-code']);
  expect(env.sockets).toHaveLength(1);
});

test('a server that is not ready is no busy door', async () => {
  connect();
  lastSocket().open();
  lastSocket().say({ t: 'error', code: 'unavailable', message: 'not ready', retryAfterMs: 1_000 });
  lastSocket().say({ t: 'bye', reason: 'unavailable', retryAfterMs: 1_000 });
  lastSocket().drop(1013);
  expect(links()).toEqual(['lost']);
  await env.advance(1_500);
  expect(env.sockets).toHaveLength(2);
});

test('arrivals that have to wait keep their place and are told how long', async () => {
  connect();
  lastSocket().open();
  lastSocket().say({ t: 'bye', reason: 'waiting-room', retryAfterMs: 20_000 });
  lastSocket().drop(1013);
  expect(links()).toEqual(['waiting-room']);
  await env.advance(19_999);
  expect(env.sockets).toHaveLength(1);
  await env.advance(1_001);
  expect(env.sockets).toHaveLength(2);
});

test('a quiet socket is asked for a sign, and left when none comes', async () => {
  connect();
  const socket = arrive();
  await env.advance(11_000);
  expect(socket.sent.at(-1)).toEqual({ t: 'ping' });
  socket.say({ t: 'pong', serverNowMs: 5 });
  expect(events.some((event) => event.t === 'sample')).toBe(true);
  await env.advance(11_000);
  expect(socket.sent.filter((frame) => frame.t === 'ping')).toHaveLength(2);
  await env.advance(8_000);
  expect(socket.closedByPage).toBe(true);
  expect(links().at(-1)).toBe('lost');
});

test('a socket that brings news needs no pings', async () => {
  connect();
  const socket = arrive();
  for (let rev = 2; rev < 12; rev += 1) {
    await env.advance(5_000);
    socket.say({ t: 'state', state: state({ rev }) });
  }
  expect(socket.sent.some((frame) => frame.t === 'ping')).toBe(false);
});

test('polling asks every cadence with the tag of what it has', async () => {
  env.openSocket = null;
  env.answering = (request) =>
    request.path === 'v1/join'
      ? joinAnswer
      : request.headers['If-None-Match'] === '"1-2"'
        ? { status: 304 }
        : { status: 200, etag: '"1-2"', body: state({ rev: 2 }) };
  connect('c0de');
  await env.advance(6_500);
  expect(paths()).toEqual(['v1/join', 'v1/state?code=c0de', 'v1/state?code=c0de', 'v1/state?code=c0de']);
  expect(env.requests.map(({ atMs }) => atMs)).toEqual([0, 2_000, 4_000, 6_000]);
  expect(events.map((event) => event.t)).toEqual(['joined', 'link', 'state', 'sign', 'sign']);
});

test('polling waits at the door as long as the server asks', async () => {
  env.openSocket = null;
  env.answering = () => ({
    status: 503,
    body: { error: { code: 'waiting-room', message: 'busy', retryAfterMs: 8_000 } },
  });
  connect();
  await env.advance(8_499);
  expect(paths()).toEqual(['v1/join']);
  expect(links()).toEqual(['waiting-room']);
  await env.advance(1);
  expect(paths()).toEqual(['v1/join', 'v1/join']);
});

test('polling backs off while nothing answers, shows the loss once, and recovers', async () => {
  env.openSocket = null;
  env.answering = () => joinAnswer;
  connect();
  await env.advance(0);
  env.answering = () => 'no answer';
  await env.advance(30_000);
  expect(links()).toEqual(['online poll', 'lost']);
  expect(env.requests.length).toBeLessThan(10);
  env.answering = () => ({ status: 304 });
  await env.advance(30_000);
  expect(links().at(-1)).toBe('online poll');
});

test.each([
  [
    { status: 400, body: { error: { code: 'malformed', message: '' } } },
    { t: 'ballot-refused', ballotId: 'b1' },
  ],
  [{ status: 413 }, { t: 'ballot-refused', ballotId: 'b1' }],
  [
    { status: 503, body: { error: { code: 'paused', message: '', retryAfterMs: 900 } } },
    { t: 'ballot-unknown', ballotId: 'b1', retryAfterMs: 900 },
  ],
  [
    { status: 429, retryAfterMs: 2_000 },
    { t: 'ballot-unknown', ballotId: 'b1', retryAfterMs: 2_000 },
  ],
  [{ status: 502 }, { t: 'ballot-unknown', ballotId: 'b1', retryAfterMs: null }],
  ['no answer' as const, { t: 'ballot-unknown', ballotId: 'b1', retryAfterMs: null }],
])('a ballot by request that gets %j is reported as %j', async (answer, event) => {
  env.openSocket = null;
  env.answering = () => joinAnswer;
  const connection = connect();
  await env.advance(0);
  env.answering = () => answer;
  connection.send(ballot);
  await env.advance(0);
  expect(events.at(-1)).toEqual(event);
});

test('the network’s return cuts a long wait short, but not below what the server asked', async () => {
  const connection = connect();
  const socket = arrive();
  socket.say({ t: 'bye', reason: 'drain', retryAfterMs: 10_000 });
  socket.drop(1012);
  env.chance = 0;
  connection.networkBack();
  await env.advance(9_999);
  expect(env.sockets).toHaveLength(1);
  await env.advance(1);
  expect(env.sockets).toHaveLength(2);
});
