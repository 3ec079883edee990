import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ballot } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { FINAL, LEO, receipt, state, welcome } from './testing/samples.ts';

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
