import { beforeEach, expect, test } from 'vitest';
import type { ClientFrame, PublicState, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { createSession, type Session } from './session.ts';
import { createStore } from './store.ts';
import { type FakeEnv, type FakeSocket, fakeEnv } from './testing/fake-env.ts';
import {
  CALM,
  FINAL,
  LEO,
  MIRA,
  memoryStorage,
  poll,
  receipt,
  SERVER_NOW_MS,
  state,
  welcome,
} from './testing/samples.ts';
import { viewOf } from './view-model.ts';

let env: FakeEnv;
let storage: Storage;

beforeEach(() => {
  env = fakeEnv();
  storage = memoryStorage();
});

function open(code: string | null = null): Session {
  const session = createSession({ env, store: createStore(() => storage), code, changed: () => {} });
  session.start();
  return session;
}

function lastSocket(): FakeSocket {
  const socket = env.sockets.at(-1);
  if (socket === undefined) throw new Error('no socket was opened');
  return socket;
}

function arrive(over: { token?: string; state?: PublicState }): FakeSocket {
  const socket = lastSocket();
  socket.open();
  socket.say(welcome(over));
  return socket;
}

function momentOf(session: Session): string {
  return viewOf(session.model(), env.nowMs()).moment.name;
}

function ballotsOf(socket: FakeSocket): Extract<ClientFrame, { t: 'ballot' }>[] {
  return socket.sent.filter((frame) => frame.t === 'ballot');
}

function firstBallotId(socket: FakeSocket): BallotId {
  const ballot = ballotsOf(socket)[0];
  if (ballot === undefined) throw new Error('no ballot was sent');
  return ballot.id;
}

const open1 = state({ poll: poll() });

/** A page that has chosen Leo and sent it, without an answer yet. */
function voting(): { session: Session; socket: FakeSocket; ballotId: BallotId } {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  session.choose(LEO);
  session.cast();
  return { session, socket, ballotId: firstBallotId(socket) };
}

test('a vote goes from choice to receipt', () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  expect(momentOf(session)).toBe('question');
  session.choose(LEO);
  session.choose(MIRA);
  session.cast();
  expect(momentOf(session)).toBe('sent');
  expect(ballotsOf(socket)).toMatchObject([{ pollId: FINAL, round: 1, choice: [MIRA], castAtMs: SERVER_NOW_MS }]);
  socket.say({ t: 'receipt', receipt: receipt(firstBallotId(socket)) });
  expect(momentOf(session)).toBe('accepted');
});

test('pressing send twice casts one ballot', async () => {
  const { session, socket } = voting();
  session.cast();
  session.choose(MIRA);
  session.cast();
  await env.advance(1_900);
  expect(ballotsOf(socket)).toHaveLength(1);
});

test('the ballot is on the device before it leaves', () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  session.choose(LEO);
  let storedFirst: boolean | null = null;
  const push = socket.sent.push.bind(socket.sent);
  socket.sent.push = (...frames) => {
    storedFirst = createStore(() => storage).votes().length === 1;
    return push(...frames);
  };
  session.cast();
  expect(storedFirst).toBe(true);
});

test('without an answer the same ballot goes out again after two seconds, until the receipt', async () => {
  const { socket, ballotId } = voting();
  await env.advance(7_000);
  const sent = ballotsOf(socket);
  expect(sent.length).toBeGreaterThanOrEqual(2);
  expect(new Set(sent.map((ballot) => ballot.id))).toEqual(new Set([ballotId]));
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  const count = sent.length;
  await env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(count);
});

test('an answer of "not known" is obeyed before the ballot goes out again', async () => {
  const { socket, ballotId } = voting();
  socket.say({ t: 'error', code: 'unavailable', message: '', ref: ballotId, retryAfterMs: 6_000 });
  await env.advance(5_999);
  expect(ballotsOf(socket)).toHaveLength(1);
  await env.advance(1_001);
  expect(ballotsOf(socket)).toHaveLength(2);
});

test('a ballot without an answer goes out again with the same id after a reconnect', async () => {
  const { socket, ballotId } = voting();
  socket.drop(1006);
  await env.advance(CALM.jitterMs);
  const next = arrive({ state: open1 });
  expect(next.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
  expect(ballotsOf(next).map((ballot) => ballot.id)).toEqual([ballotId]);
});

test('a ballot without an answer goes out again with the same id after a reload', () => {
  const { session, ballotId } = voting();
  session.stop();
  const reloaded = open();
  const socket = arrive({ state: open1 });
  expect(socket.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
  expect(momentOf(reloaded)).toBe('sent');
  expect(ballotsOf(socket).map((ballot) => ballot.id)).toEqual([ballotId]);
});

test('a vote sent without a link goes out when the link is back', async () => {
  const session = open();
  arrive({ token: 'seat', state: open1 }).drop(1006);
  session.choose(LEO);
  session.cast();
  expect(momentOf(session)).toBe('sent');
  await env.advance(CALM.jitterMs);
  expect(ballotsOf(arrive({ state: open1 }))).toHaveLength(1);
});

test('the receipt is there after a reload', () => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  session.stop();
  const reloaded = open();
  const next = arrive({ state: open1 });
  expect(momentOf(reloaded)).toBe('accepted');
  expect(ballotsOf(next)).toEqual([]);
});

test('a choice not sent yet is there after a reload', () => {
  const session = open();
  arrive({ token: 'seat', state: open1 });
  session.choose(MIRA);
  session.stop();
  const reloaded = open();
  const socket = arrive({ state: open1 });
  reloaded.cast();
  expect(ballotsOf(socket)[0]?.choice).toEqual([MIRA]);
});

test.each<[Receipt['status'], string]>([
  ['accepted', 'accepted'],
  ['duplicate', 'not-counted'],
  ['late', 'not-counted'],
  ['over-limit', 'not-counted'],
  ['not-eligible', 'not-counted'],
])('a receipt "%s" is the last word', async (status, moment) => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId, { status }) });
  expect(momentOf(session)).toBe(moment);
  await env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(1);
});

test('a ballot that the server can’t read ends, and the next try has a new id', async () => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'error', code: 'malformed', message: '', ref: ballotId });
  await env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(1);
  expect(momentOf(session)).toBe('question');
  session.cast();
  expect(ballotsOf(socket).map((ballot) => ballot.id)).toEqual([ballotId, expect.not.stringMatching(ballotId)]);
});

test('a refused token is dropped, and the ballot goes out under the new one', async () => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'bye', reason: 'bad-token', retryAfterMs: 0 });
  socket.drop(4401);
  await env.advance(CALM.jitterMs);
  const next = arrive({ token: 'new seat', state: open1 });
  expect(next.sent[0]).toEqual({ t: 'hello', token: null });
  expect(ballotsOf(next).map((ballot) => ballot.id)).toEqual([ballotId]);
  expect(viewOf(session.model(), env.nowMs()).note.strong).toBe('You have a new seat.');
  expect(storage.getItem('tallyroom.token.live')).toBe('new seat');
});

test('a ballot refused with 401 over polling joins anew and is sent again', async () => {
  env.openSocket = null;
  env.openStream = null;
  let seats = 0;
  const authorizations: (string | undefined)[] = [];
  env.answering = (request) => {
    if (request.path === 'v1/join') {
      seats += 1;
      return { body: { token: `seat ${seats}`, serverNowMs: SERVER_NOW_MS, state: open1 } };
    }
    if (request.path !== 'v1/ballots') return { status: 304 };
    authorizations.push(request.headers.Authorization);
    if (seats === 1) return { status: 401, body: { error: { code: 'bad-token', message: '' } } };
    return { body: { receipt: receipt(JSON.parse(request.body ?? '').id) } };
  };
  const session = open();
  await env.advance(100);
  session.choose(LEO);
  session.cast();
  await env.advance(5_000);
  expect(authorizations).toEqual(['Bearer seat 1', 'Bearer seat 2']);
  expect(momentOf(session)).toBe('accepted');
});

test.each(['sse', 'poll'])(
  'a ballot whose new seat is long in coming goes out once it is there (%s)',
  async (transport) => {
    env.openSocket = null;
    if (transport === 'poll') env.openStream = null;
    let seats = 0;
    const { request } = env;
    env.request = async (asked) => {
      if (asked.path === 'v1/join' && seats > 0) await new Promise<void>((resolve) => env.after(7_000, resolve));
      return request(asked);
    };
    env.answering = ({ path, headers, body }) => {
      if (path === 'v1/join') {
        seats += 1;
        return { body: { token: `seat ${seats}`, serverNowMs: SERVER_NOW_MS, state: open1 } };
      }
      if (path !== 'v1/ballots') return { status: 304 };
      return headers.Authorization === 'Bearer seat 1'
        ? { status: 401, body: { error: { code: 'bad-token', message: '' } } }
        : { body: { receipt: receipt(JSON.parse(body ?? '').id) } };
    };
    const session = open();
    await env.advance(100);
    env.streams.at(-1)?.say(open1);
    session.choose(LEO);
    session.cast();
    await env.advance(9_000);
    expect(momentOf(session)).toBe('accepted');
  },
);

test('asking ends some time after the poll, and the page says that it does not know', async () => {
  const { session, socket } = voting();
  while (env.nowMs() < 200_000 && momentOf(session) === 'sent') {
    await env.advance(1_000);
    if (env.nowMs() % 5_000 === 0) socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS + env.nowMs() });
  }
  expect(env.nowMs()).toBeGreaterThan(23_000 + 2_000 + 100_000);
  expect(momentOf(session)).toBe('closed');
  const view = viewOf(session.model(), env.nowMs());
  expect(view.moment).toMatchObject({ mine: { counted: false, title: 'No answer for: Leo Okafor' } });
  const count = ballotsOf(socket).length;
  await env.advance(5_000);
  expect(ballotsOf(socket)).toHaveLength(count);
});

test('an older state never replaces a newer one; a new core’s state does', () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: state({ epoch: 2, rev: 5, poll: poll() }) });
  socket.say({ t: 'state', state: state({ epoch: 2, rev: 4 }) });
  socket.say({ t: 'state', state: state({ epoch: 1, rev: 99 }) });
  expect(momentOf(session)).toBe('question');
  socket.say({ t: 'state', state: state({ epoch: 3, rev: 1 }) });
  expect(momentOf(session)).toBe('waiting');
});

test('the choice outlives every push that leaves its poll in place', () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  session.choose(MIRA);
  socket.say({
    t: 'state',
    state: state({ rev: 2, poll: poll({ closesAtMs: SERVER_NOW_MS + 53_000 }), message: 'Hello' }),
  });
  socket.say({ t: 'state', state: state({ rev: 3, poll: poll(), hints: { ...CALM, level: 2 } }) });
  const view = viewOf(session.model(), env.nowMs());
  expect(view.moment).toMatchObject({ name: 'question', action: { kind: 'ready', text: 'Vote for Mira Solberg' } });
});

test('the next round of the same poll starts without the last round’s choice or receipt', () => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  socket.say({ t: 'state', state: state({ rev: 2, poll: poll({ round: 2 }) }) });
  const view = viewOf(session.model(), env.nowMs());
  expect(view.moment).toMatchObject({ name: 'question', action: { kind: 'blocked' } });
});

test('a receipt of another show’s poll of the same name does not count for this one', () => {
  const { session, socket, ballotId } = voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  session.stop();
  const later = open();
  arrive({ state: state({ poll: poll({ openedAtMs: SERVER_NOW_MS - 1_000 }) }) });
  expect(momentOf(later)).toBe('question');
});

test('a rehearsal gets a seat of its own and leaves the one in the show alone', async () => {
  const show = open();
  arrive({ token: 'show seat', state: state() });
  show.stop();
  const rehearsal = open('c0de');
  expect(arrive({ token: 'rehearsal seat', state: state({ mode: 'rehearsal' }) }).sent[0]).toEqual({
    t: 'hello',
    token: null,
    code: 'c0de',
  });
  rehearsal.stop();
  const later = open('c0de');
  arrive({ state: state({ rev: 9, mode: 'rehearsal' }) });
  // The two modes are numbered apart, so a lower number of the other mode is no older state.
  lastSocket().say({ t: 'state', state: state({ rev: 2, mode: 'live' }) });
  await env.advance(CALM.jitterMs);
  const back = arrive({ state: state({ rev: 3, mode: 'live' }) });
  expect(back.sent[0]).toMatchObject({ t: 'hello', token: 'show seat' });
  expect(storage.getItem('tallyroom.token.rehearsal')).toBe('rehearsal seat');
  expect(viewOf(later.model(), env.nowMs()).rehearsal).toBe(false);
});

test('a page with a rehearsal code that finds a live show keeps one seat over reloads', () => {
  const first = open('c0de');
  arrive({ token: 'seat', state: state({ mode: 'live' }) });
  first.stop();
  open('c0de');
  lastSocket().open();
  expect(lastSocket().sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
});

test('a vote in one tab is seen in the other, and a choice left there is not sent on top of it', () => {
  const other = open();
  const otherSocket = arrive({ token: 'seat', state: open1 });
  other.choose(MIRA);
  const { socket, ballotId } = voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  other.storageChanged();
  expect(momentOf(other)).toBe('accepted');
  other.cast();
  expect(ballotsOf(otherSocket)).toEqual([]);
});

test('a phone that slept forgets the time until it has asked again', () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  session.checkNow(true);
  expect(viewOf(session.model(), env.nowMs()).time).toBeNull();
  expect(socket.sent.at(-1)).toEqual({ t: 'ping' });
  socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS + 10_000 });
  expect(viewOf(session.model(), env.nowMs()).time?.text).toBe('0:13');
});

test('nothing can be chosen or sent after closing time, whatever a cached state says', async () => {
  const session = open();
  const socket = arrive({ token: 'seat', state: open1 });
  session.choose(LEO);
  await env.advance(23_000);
  session.cast();
  expect(momentOf(session)).toBe('closed');
  expect(ballotsOf(socket)).toEqual([]);
});

/** How long after its last sign the page greys out, on a line that is dead and has told nobody. */
async function staleAfterMs(session: Session): Promise<number> {
  const heardAtMs = env.nowMs();
  env.request = () => new Promise(() => {});
  while (!viewOf(session.model(), env.nowMs()).stale) await env.advance(100);
  return env.nowMs() - heardAtMs;
}

const STALE_AFTER_MS = 2 * CALM.cadenceMs + 1_000;

test('a page that polls is stale two cadences and a second after the last answer', async () => {
  env.openSocket = null;
  env.openStream = null;
  env.answering = () => ({ body: { token: 'seat', serverNowMs: SERVER_NOW_MS, state: open1 } });
  const session = open();
  await env.advance(0);
  const afterMs = await staleAfterMs(session);
  expect(afterMs).toBeGreaterThan(STALE_AFTER_MS);
  expect(afterMs).toBeLessThan(STALE_AFTER_MS + 300);
});

test('so is a page on a socket whose figures move with the votes', async () => {
  const results = {
    pollId: FINAL,
    round: 1,
    visibility: 'turnout',
    total: 7,
    final: false,
    atMs: SERVER_NOW_MS,
  } as const;
  const session = open();
  arrive({ token: 'seat', state: state({ poll: poll(), results }) });
  const afterMs = await staleAfterMs(session);
  expect(afterMs).toBeGreaterThan(STALE_AFTER_MS);
  expect(afterMs).toBeLessThan(STALE_AFTER_MS + 300);
});

test('the word of an answer that took no vote is said while it goes out again', () => {
  const { session, socket, ballotId } = voting();
  const noteAfter = (code: 'unavailable' | 'paused' | 'rate-limited') => {
    socket.say({ t: 'error', code, message: '', ref: ballotId, retryAfterMs: 2_000 });
    return viewOf(session.model(), env.nowMs()).note.strong;
  };
  expect(noteAfter('unavailable')).toBe('Many are voting now.');
  expect(noteAfter('rate-limited')).toBe('Not so fast.');
  expect(noteAfter('paused')).toBe('Hold on.');
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  expect(viewOf(session.model(), env.nowMs()).note.strong).toBeNull();
});

test('a server that is not ready yet is no missing signal', async () => {
  const session = open();
  lastSocket().open();
  lastSocket().say({ t: 'error', code: 'unavailable', message: '', retryAfterMs: 20_000 });
  lastSocket().say({ t: 'bye', reason: 'unavailable', retryAfterMs: 20_000 });
  lastSocket().drop(1013);
  await env.advance(1_500);
  expect(viewOf(session.model(), env.nowMs()).note.text).toBe(
    'The show is not ready yet. This page comes in by itself.',
  );
});
