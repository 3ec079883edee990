import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ballot, PublicState } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { CALM, FINAL, LEO, receipt, state, welcome } from './testing/samples.ts';

const ballot: Ballot = { id: 'b1' as BallotId, pollId: FINAL, round: 1, choice: [LEO] };
const TOO_LONG_MS = 5_000;

let rig: LinkRig;

beforeEach(() => {
  rig = new LinkRig();
  rig.env.answering = ({ path }) => (path === 'v1/join' ? joinAnswer : { status: 304 });
});

afterEach(() => vi.restoreAllMocks());

function forbid(): never {
  throw new Error('SecurityError');
}

/** A page without WebSockets whose stream has brought its first state. */
async function onStream(shown: PublicState = state()) {
  rig.env.openSocket = null;
  const connection = rig.connect();
  await rig.env.advance(0);
  rig.stream.say(shown);
  return connection;
}

test('without WebSockets it takes a seat by request and then listens to the stream', async () => {
  rig.env.openSocket = null;
  rig.connect('c0 de');
  await rig.env.advance(0);
  expect(rig.paths()).toEqual(['v1/join']);
  expect(rig.stream.path).toBe('v1/events?code=c0%20de');
  expect(rig.links()).toEqual(['online sse']);
  rig.stream.say(state({ rev: 2 }));
  expect(rig.events.at(-1)).toEqual({ t: 'state', state: state({ rev: 2 }) });
});

test('ballots of a page on a stream go by request', async () => {
  const connection = await onStream();
  rig.env.answering = () => ({ body: { receipt: receipt(ballot.id) } });
  expect(connection.send(ballot)).toBe(true);
  await rig.env.advance(0);
  expect(rig.env.requests.at(-1)?.request).toMatchObject({
    method: 'POST',
    path: 'v1/ballots',
    headers: { Authorization: 'Bearer seat' },
  });
  expect(rig.events.at(-1)).toEqual({ t: 'receipt', receipt: receipt(ballot.id) });
});

test('a ballot refused for its token takes a new seat while the stream goes on', async () => {
  const connection = await onStream();
  rig.env.answering = ({ path }) =>
    path === 'v1/join'
      ? { body: { ...joinAnswer.body, token: 'new seat' } }
      : { status: 401, body: { error: { code: 'bad-token', message: '' } } };
  connection.send(ballot);
  await rig.env.advance(0);
  expect(rig.identity.token).toBe('new seat');
  expect(rig.events).toContainEqual({ t: 'ballot-unknown', ballotId: 'b1', code: 'bad-token', retryAfterMs: null });
  expect(rig.stream.closedByPage).toBe(false);
});

test('a network that lets WebSockets hang and holds streams back still has its voter on polling within a quarter of a minute', async () => {
  rig.env.chance = 1;
  rig.connect();
  await rig.env.advance(TOO_LONG_MS + 1_000);
  expect(rig.socket.closedByPage).toBe(true);
  expect(rig.links().at(-1)).toBe('online sse');
  await rig.env.advance(TOO_LONG_MS + 4_000);
  expect(rig.stream.closedByPage).toBe(true);
  expect(rig.env.sockets).toHaveLength(1);
  expect(rig.env.streams).toHaveLength(1);
  expect(rig.links().at(-1)).toBe('online poll');
  expect(rig.paths()).toContain('v1/state');
});

test('a network that answers 101 and then passes nothing has its question three seconds later, by the next way down', async () => {
  rig.connect();
  const { socket } = rig;
  socket.open();
  await rig.env.advance(2_999);
  expect(rig.paths()).toEqual([]);
  await rig.env.advance(1);
  expect(rig.links()).toEqual(['online sse']);
  expect(rig.events.some(({ t }) => t === 'joined')).toBe(true);
  expect(socket.closedByPage).toBe(true);
  rig.stream.say(state({ rev: 2 }));
  expect(rig.events.at(-1)).toEqual({ t: 'state', state: state({ rev: 2 }) });
});

/** When forty pages, each with its own chance, first ask by the next way; the socket of each opens after so long, or not. */
async function askedBy40({ opensAfterMs }: { opensAfterMs: number | null }): Promise<number[]> {
  const atMs: number[] = [];
  for (let page = 0; page < 40; page += 1) {
    const own = new LinkRig();
    own.env.chance = page / 40;
    own.env.answering = () => 'no answer';
    own.connect();
    if (opensAfterMs !== null) {
      await own.env.advance(opensAfterMs);
      own.socket.open();
    }
    await own.env.advance(9_999);
    atMs.push(own.env.requests[0]?.atMs ?? 0);
  }
  return atMs;
}

test.each([
  [0, 3_000, 0],
  [50, 3_000, 100],
  [1_000, 3_000, 2_000],
  [2_500, 3_000, 5_000],
  [2_990, 3_000, 5_980],
])(
  'pages that edges let open after %i ms and then don’t welcome ask by the next way from %i ms on, over %i ms',
  async (opensAfterMs, fromMs, spreadMs) => {
    expect(await askedBy40({ opensAfterMs })).toEqual(
      Array.from({ length: 40 }, (_, page) => fromMs + (page / 40) * spreadMs),
    );
  },
);

test('pages that no edge has let open don’t ask by the next way in the same second either', async () => {
  expect(await askedBy40({ opensAfterMs: null })).toEqual(
    Array.from({ length: 40 }, (_, page) => 3_000 + (page / 40) * 2_000),
  );
});

test('a page that waits for its seat before it listens asks for no second one beside it', async () => {
  const { env } = rig;
  const { request } = env;
  env.openSocket = null;
  env.request = (asked) => {
    void request(asked);
    return new Promise(() => {});
  };
  rig.connect();
  await env.advance(20_000);
  expect(rig.paths()).toEqual(['v1/join']);
});

test('of a socket and a seat by request, whichever comes late, one voter is kept, and ballots go out as that one', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const own = new LinkRig();
    let random = seed;
    own.env.random = () => {
      random = (random * 48_271) % 2_147_483_647;
      return random / 2_147_483_647;
    };
    const welcomeAtMs = own.env.random() * 12_000;
    const joinTakesMs = own.env.random() * 7_900;
    const seats: string[] = [];
    const { request } = own.env;
    own.env.request = async (asked) => {
      if (asked.path !== 'v1/join') return request(asked);
      void request(asked).catch(() => {});
      await new Promise<void>((resolve) => own.env.after(joinTakesMs, resolve));
      const shown = JSON.parse(asked.body ?? '{}').token as string | undefined;
      const token = shown ?? `seat ${seats.length + 1}`;
      if (shown === undefined) seats.push(token);
      return { status: 200, etag: null, retryAfterMs: null, body: { ...joinAnswer.body, token } };
    };
    own.env.answering = () => ({ body: { receipt: receipt(ballot.id) } });
    const connection = own.connect();
    const { socket } = own;
    socket.open();
    own.env.after(welcomeAtMs, () => socket.say(welcome({ token: 'by socket' })));
    const sentAs = new Set<string | null>();
    let kept: string | null = null;
    for (let ms = 0; ms < 20_000; ms += 250) {
      await own.env.advance(250);
      for (const stream of own.env.streams) stream.say(state());
      kept ??= own.identity.token;
      const sent = socket.sent.length;
      if (connection.send(ballot)) sentAs.add(socket.sent.length > sent ? 'by socket' : own.identity.token);
    }
    expect(kept).not.toBeNull();
    expect(own.identity.token).toBe(kept);
    expect([...sentAs]).toEqual([kept]);
    const live = [...own.env.sockets, ...own.env.streams].filter(({ closedByPage }) => !closedByPage);
    expect(live).toHaveLength(1);
    // However slow the edges are: never more than the socket and one request at a time for somebody who has no seat.
    expect(own.paths().filter((path) => path === 'v1/join').length).toBeLessThanOrEqual(1);
  }
});

test('of two that are tried beside each other the first to answer carries, and the other is closed', async () => {
  let join: (value: typeof joinAnswer) => void = () => {};
  rig.env.request = () =>
    new Promise((resolve) => (join = (answer) => resolve({ etag: null, retryAfterMs: null, ...answer })));
  rig.env.chance = 0;
  rig.connect();
  rig.socket.open();
  await rig.env.advance(3_000);
  rig.socket.say(welcome({ token: 'by socket' }));
  expect(rig.links()).toEqual(['online ws']);
  join(joinAnswer);
  await rig.env.advance(5_000);
  expect(rig.links()).toEqual(['online ws']);
  expect(rig.identity.token).toBe('by socket');
  expect(rig.env.streams).toHaveLength(0);
  expect(rig.socket.closedByPage).toBe(false);
});

test('where the stream beside it is refused, too, it polls', async () => {
  rig.env.chance = 0;
  rig.identity = { ...rig.identity, token: 'seat', clockKnown: true };
  rig.env.answering = ({ path }) => (path === 'v1/join' ? joinAnswer : { body: state() });
  rig.connect();
  rig.socket.open();
  await rig.env.advance(3_000);
  rig.env.chance = 0.5;
  rig.stream.fail();
  await rig.env.advance(1_000);
  expect(rig.links()).toEqual(['online poll']);
  expect(rig.socket.closedByPage).toBe(true);
  expect(rig.env.sockets).toHaveLength(1);
});

test('a socket that has spoken is never doubled', async () => {
  rig.connect();
  rig.arrive();
  await rig.env.advance(9_000);
  expect(rig.paths()).toEqual([]);
  expect(rig.env.streams).toHaveLength(0);
});

test('arrivals that the server itself asks to wait don’t come by another way meanwhile', async () => {
  rig.connect();
  rig.socket.open();
  rig.socket.say({ t: 'bye', reason: 'waiting-room', retryAfterMs: 20_000 });
  await rig.env.advance(9_000);
  expect(rig.paths()).toEqual([]);
  expect(rig.links().at(-1)).toBe('waiting-room');
});

test('WebSockets that are refused twice give way to a stream, streams that are refused twice to polling', async () => {
  rig.connect();
  for (let i = 0; i < 2; i += 1) {
    rig.socket.drop(1006);
    await rig.env.advance(2_500);
  }
  expect(rig.env.sockets).toHaveLength(2);
  for (let i = 0; i < 2; i += 1) {
    rig.stream.fail();
    await rig.env.advance(3_500);
  }
  expect(rig.env.streams).toHaveLength(2);
  expect(rig.links().at(-1)).toBe('online poll');
});

test.each([
  ['lacks both', null, null],
  ['forbids both', forbid, forbid],
  ['lacks WebSockets and forbids streams', null, forbid],
])('a browser that %s polls within two seconds', async (_, openSocket, openStream) => {
  vi.spyOn(console, 'warn').mockReturnValue();
  Object.assign(rig.env, { openSocket, openStream });
  rig.connect();
  await rig.env.advance(2_000);
  expect(rig.links().at(-1)).toBe('online poll');
});

test('from polling it climbs by itself: to a stream where only WebSockets are blocked, to a WebSocket when that is free, too', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const { openSocket, openStream } = rig.env;
  Object.assign(rig.env, { openSocket: forbid, openStream: forbid });
  rig.connect();
  await rig.env.advance(3_000);
  expect(rig.links().at(-1)).toBe('online poll');

  rig.env.openStream = openStream;
  await rig.env.advance(9_000);
  rig.stream.say(state({ rev: 2 }));
  expect(rig.links().at(-1)).toBe('online sse');
  const requests = rig.env.requests.length;
  await rig.env.advance(5_000);
  expect(rig.env.requests).toHaveLength(requests);

  rig.env.openSocket = openSocket;
  await rig.env.advance(15_000);
  rig.arrive({});
  expect(rig.links().at(-1)).toBe('online ws');
  expect(rig.stream.closedByPage).toBe(true);
  expect(rig.links()).not.toContain('waiting-room');
});

test('a try that fails costs the viewer nothing, and the next ones come ever more rarely', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const tries: number[] = [];
  rig.env.openStream = null;
  rig.env.openSocket = () => {
    tries.push(rig.env.nowMs());
    return forbid();
  };
  rig.connect();
  await rig.env.advance(600_000);
  const gaps = tries.slice(1).map((atMs, i) => atMs - (tries[i] ?? 0));
  expect(gaps.slice(0, 5)).toEqual([8_500, 16_000, 31_000, 61_000, 121_000]);
  expect(Math.max(...gaps)).toBe(121_000);
  expect(rig.links()).toEqual(['online poll']);
});

test.each(['ws', 'sse', 'poll'] as const)('an arrival goes where the hints say: %s', async (transport) => {
  const hints = { ...CALM, transport };
  rig.hints = hints;
  rig.env.answering = ({ path }) =>
    path === 'v1/join' ? { body: { ...joinAnswer.body, state: state({ hints }) } } : { status: 304 };
  rig.connect();
  await rig.env.advance(0);
  if (transport === 'ws') rig.arrive({ token: 'seat' });
  expect(rig.links()).toEqual([`online ${transport}`]);
  expect(rig.env.sockets).toHaveLength(transport === 'ws' ? 1 : 0);
  expect(rig.env.streams).toHaveLength(transport === 'sse' ? 1 : 0);
});

test('an arrival that learns only then where the hints send it lets its socket go', async () => {
  rig.connect();
  const socket = rig.arrive({ token: 'seat', state: state({ hints: { ...CALM, transport: 'sse' } }) });
  await rig.env.advance(0);
  expect(socket.closedByPage).toBe(true);
  rig.stream.say(state({ rev: 2, hints: { ...CALM, transport: 'sse' } }));
  expect(rig.links().at(-1)).toBe('online sse');
  expect(rig.paths()).toEqual([]);
});

test('a held stream stays when the hints change to polling; its next return follows them', async () => {
  await onStream();
  const hints = { ...CALM, transport: 'poll' as const, level: 3 };
  rig.stream.say(state({ rev: 2, hints }));
  await rig.env.advance(5_000);
  expect(rig.stream.closedByPage).toBe(false);
  rig.stream.fail();
  await rig.env.advance(5_000);
  expect(rig.env.streams).toHaveLength(1);
  expect(rig.links().at(-1)).toBe('online poll');
});

test('a stream that ends may have been told goodbye: it stays away as the hints say, spread, and comes back by one try', async () => {
  await onStream(state({ hints: { ...CALM, retryAfterMs: 4_000, jitterMs: 6_000 } }));
  rig.env.chance = 1;
  rig.stream.fail();
  expect(rig.links().at(-1)).toBe('lost');
  await rig.env.advance(9_999);
  expect(rig.env.streams).toHaveLength(1);
  await rig.env.advance(1);
  expect(rig.env.streams).toHaveLength(2);
  expect(rig.paths()).toEqual(['v1/join']);
  rig.stream.say(state({ epoch: 2 }));
  expect(rig.links().at(-1)).toBe('online sse');
});

test('a stream’s waits grow over returns that don’t hold, and start anew only after 30 s of holding', async () => {
  const hints = { ...CALM, jitterMs: 0, retryAfterMs: 0 };
  await onStream(state({ hints }));
  rig.env.chance = 1;
  const waits: number[] = [];
  async function failAndMeasure(): Promise<void> {
    const count = rig.env.streams.length;
    const failedAtMs = rig.env.nowMs();
    rig.stream.fail();
    while (rig.env.streams.length === count) await rig.env.advance(1);
    waits.push(rig.env.nowMs() - failedAtMs);
    rig.stream.say(state({ hints }));
  }
  for (let i = 0; i < 3; i += 1) {
    await rig.env.advance(1_000);
    await failAndMeasure();
  }
  expect(waits).toEqual([500, 1_000, 2_000]);
  await rig.env.advance(30_000);
  await failAndMeasure();
  expect(waits.at(-1)).toBe(500);
});

test('polling’s waits start anew only after 30 s without a miss', async () => {
  rig.pollOnly();
  rig.env.chance = 1;
  rig.hints = { ...CALM, jitterMs: 0, retryAfterMs: 0 };
  rig.env.answering = ({ path }) =>
    path === 'v1/join' ? { body: { ...joinAnswer.body, state: state({ hints: rig.hints }) } } : { status: 304 };
  rig.connect();
  await rig.env.advance(0);
  const { answering } = rig.env;
  async function waitAfterOneMiss(): Promise<number> {
    rig.env.answering = () => 'no answer';
    const before = rig.env.requests.length;
    while (rig.env.requests.length === before) await rig.env.advance(1);
    const missedAtMs = rig.env.nowMs();
    rig.env.answering = answering;
    while (rig.env.requests.length === before + 1) await rig.env.advance(1);
    return rig.env.nowMs() - missedAtMs;
  }
  expect(await waitAfterOneMiss()).toBe(500);
  await rig.env.advance(10_000);
  expect(await waitAfterOneMiss()).toBe(1_000);
  await rig.env.advance(33_000);
  expect(await waitAfterOneMiss()).toBe(500);
});

test('a quiet stream is compared with the state once, and left alone when it knows as much', async () => {
  await onStream(state({ rev: 2 }));
  rig.env.answering = () => ({ body: state({ rev: 2 }), etag: '"1-2"' });
  await rig.env.advance(11_000);
  expect(rig.paths()).toEqual(['v1/join', 'v1/state']);
  await rig.env.advance(10_000);
  expect(rig.stream.closedByPage).toBe(false);
  expect(rig.links()).toEqual(['online sse']);
});

test('a stream that a proxy holds back is found out: the page shows what it asked for, and twice is enough for polling', async () => {
  await onStream(state({ rev: 2 }));
  const { stream } = rig;
  rig.env.answering = () => ({ body: state({ rev: 3 }) });
  await rig.env.advance(11_000);
  expect(rig.events).toContainEqual({ t: 'state', state: state({ rev: 3 }) });
  expect(stream.closedByPage).toBe(false);
  await rig.env.advance(7_000);
  expect(stream.closedByPage).toBe(true);
  expect(rig.env.streams).toHaveLength(2);
  rig.stream.say(state({ rev: 2 }));
  await rig.env.advance(25_000);
  expect(rig.links().at(-1)).toBe('online poll');
});

test('a quiet stream whose network has gone is left when nothing answers', async () => {
  await onStream();
  const { stream } = rig;
  rig.env.answering = () => 'no answer';
  await rig.env.advance(11_000);
  expect(stream.closedByPage).toBe(true);
  expect(rig.links()).toEqual(['online sse', 'lost']);
});

test('a page that slept asks for the time of day and keeps its stream', async () => {
  const connection = await onStream();
  rig.identity = { ...rig.identity, clockKnown: false };
  connection.checkNow();
  await rig.env.advance(0);
  expect(rig.paths()).toEqual(['v1/join', 'v1/join']);
  expect(rig.stream.closedByPage).toBe(false);
});

test('arrivals at a busy door wait before they open a stream', async () => {
  rig.env.openSocket = null;
  rig.env.answering = () => ({
    status: 503,
    body: { error: { code: 'waiting-room', message: 'busy', retryAfterMs: 8_000 } },
  });
  rig.connect();
  await rig.env.advance(7_999);
  expect(rig.links()).toEqual(['waiting-room']);
  expect(rig.env.streams).toEqual([]);
  rig.env.answering = () => joinAnswer;
  await rig.env.advance(1_001);
  expect(rig.links().at(-1)).toBe('online sse');
});

test('a wrong rehearsal code ends the attempts by stream, too', async () => {
  rig.env.openSocket = null;
  rig.env.answering = () => ({ status: 403, body: { error: { code: 'bad-code', message: '' } } });
  rig.connect('wrong');
  await rig.env.advance(60_000);
  expect(rig.links()).toEqual(['bad-code']);
  expect(rig.paths()).toEqual(['v1/join']);
});

test('a network that cuts every WebSocket after some seconds is served by a stream', async () => {
  rig.connect();
  for (let cut = 1; cut <= 4; cut += 1) {
    expect(rig.env.sockets).toHaveLength(cut);
    rig.arrive({ token: 'seat' });
    await rig.env.advance(6_000);
    rig.socket.drop(1006);
    while (rig.env.sockets.length === cut && rig.env.streams.length === 0) await rig.env.advance(100);
  }
  expect(rig.env.sockets).toHaveLength(4);
  expect(rig.env.streams).toHaveLength(1);
});
