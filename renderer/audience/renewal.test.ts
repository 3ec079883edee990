import { beforeEach, expect, test } from 'vitest';
import type { PageRequest } from './env.ts';
import { ballotsOf, PageRig } from './testing/page-rig.ts';
import { CALM, LEO, poll, receipt, SERVER_NOW_MS, state } from './testing/samples.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const open1 = state({ poll: poll({ closesAtMs: SERVER_NOW_MS + 3_600_000 }) });

let rig: PageRig;
/** Core time at local time 0, as the edges tell it. */
let serverMs: number;
/** Tokens that ballots came with, in order. */
let shown: (string | undefined)[];
beforeEach(() => {
  rig = new PageRig();
  serverMs = SERVER_NOW_MS;
  shown = [];
  let seats = 0;
  rig.env.answering = (request) => {
    const serverNowMs = serverMs + rig.env.nowMs();
    if (request.path === 'v1/join') {
      seats += 1;
      return {
        body: {
          token: `seat ${seats}`,
          voterId: 'voter',
          expiresAtMs: serverNowMs + WEEK_MS,
          serverNowMs,
          state: open1,
        },
      };
    }
    if (request.path !== 'v1/ballots') return { status: 304 };
    shown.push(request.headers.Authorization);
    return { body: { receipt: receipt(idOf(request)) } };
  };
});

function idOf(request: PageRequest) {
  return JSON.parse(request.body ?? '').id;
}

test.each(['sse', 'poll'] as const)(
  'a page without a hello (%s) joins again with fewer than six days left, once, and keeps vote and voter',
  async (transport) => {
    rig.without(transport);
    const session = rig.open();
    await rig.env.advance(0);
    rig.push(open1);
    session.choose(LEO);
    session.cast();
    await rig.env.advance(0);
    expect(rig.moment(session)).toBe('accepted');
    expect(rig.joins()).toEqual([undefined]);
    // A day passes for the core, which this page learns with the next join only.
    rig.storage.setItem('tallyroom.ends.live', String(SERVER_NOW_MS + 6 * DAY_MS));
    await rig.env.advance(70_000);
    expect(rig.joins()).toEqual([undefined, 'seat 1']);
    expect(rig.kept('token.live')).toBe('seat 2');
    expect(rig.moment(session)).toBe('accepted');
    await rig.env.advance(120_000);
    expect(rig.joins()).toHaveLength(2);
  },
);

test('a stream that always has something to say keeps no page from joining again', async () => {
  rig.without('sse');
  rig.open();
  await rig.env.advance(0);
  rig.push(open1);
  rig.storage.setItem('tallyroom.ends.live', String(SERVER_NOW_MS + DAY_MS));
  for (let rev = 2; rev < 40; rev += 1) {
    rig.push(state({ rev, poll: poll() }));
    await rig.env.advance(2_000);
  }
  expect(rig.joins()).toEqual([undefined, 'seat 1']);
});

test('edges that can’t be reached are not asked for the next token more than once a minute', async () => {
  rig.without('poll');
  rig.open();
  await rig.env.advance(0);
  const { answering } = rig.env;
  rig.env.answering = (request) =>
    request.path === 'v1/join'
      ? { status: 503, body: { error: { code: 'unavailable', message: '' } } }
      : answering(request);
  rig.storage.setItem('tallyroom.ends.live', String(SERVER_NOW_MS + DAY_MS));
  await rig.env.advance(300_000);
  expect(rig.joins().length).toBeGreaterThan(2);
  expect(rig.joins().length).toBeLessThanOrEqual(6);
  expect(rig.kept('token.live')).toBe('seat 1');
});

test.each(['sse', 'poll'] as const)(
  'the token that comes beside a receipt is kept and shown from then on (%s)',
  async (transport) => {
    rig.without(transport);
    const { answering } = rig.env;
    rig.env.answering = (request) =>
      request.path === 'v1/ballots' && request.headers.Authorization === 'Bearer seat 1'
        ? { body: { receipt: receipt(idOf(request)), token: 'next', expiresAtMs: SERVER_NOW_MS + WEEK_MS } }
        : answering(request);
    const session = rig.open();
    await rig.env.advance(0);
    rig.push(open1);
    session.choose(LEO);
    session.cast();
    await rig.env.advance(0);
    expect(rig.moment(session)).toBe('accepted');
    expect([rig.kept('token.live'), rig.kept('ends.live')]).toEqual(['next', String(SERVER_NOW_MS + WEEK_MS)]);
    rig.push(state({ rev: 2, poll: poll({ round: 2 }) }));
    rig.env.answering = (request) =>
      request.path === 'v1/state' ? { body: state({ rev: 2, poll: poll({ round: 2 }) }) } : answering(request);
    await rig.env.advance(3_000);
    session.choose(LEO);
    session.cast();
    await rig.env.advance(0);
    expect(shown).toEqual(['Bearer next']);
  },
);

test.each(['receipt', 'pong'] as const)(
  'the token that comes with a %s on a held socket is said at the next hello',
  async (by) => {
    const session = rig.open();
    const socket = rig.arrive({ token: 'old', state: open1 });
    const renewal = { token: 'next', expiresAtMs: SERVER_NOW_MS + WEEK_MS };
    if (by === 'pong') {
      session.checkNow(false);
      socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS, ...renewal });
    } else {
      session.choose(LEO);
      session.cast();
      const [ballot] = ballotsOf(socket);
      if (ballot === undefined) throw new Error('no ballot was sent');
      socket.say({ t: 'receipt', receipt: receipt(ballot.id), ...renewal });
      expect(rig.moment(session)).toBe('accepted');
    }
    socket.drop(1006);
    await rig.env.advance(CALM.jitterMs);
    rig.socket.open();
    expect(rig.socket.sent[0]).toMatchObject({ t: 'hello', token: 'next' });
  },
);

test('a token of before never takes the place of the one that another tab was given', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'old', state: open1 });
  rig.storage.setItem('tallyroom.token.live', 'of the other tab');
  session.checkNow(false);
  socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS, token: 'next', expiresAtMs: SERVER_NOW_MS + WEEK_MS });
  expect(rig.kept('token.live')).toBe('of the other tab');
});
