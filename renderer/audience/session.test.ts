import { beforeEach, expect, test } from 'vitest';
import type { Receipt } from '../../shared/protocol/audience.ts';
import { createStore } from './store.ts';
import { ballotsOf, firstBallotId, OPEN, PageRig } from './testing/page-rig.ts';
import { CALM, FINAL, LEO, MIRA, receipt, SERVER_NOW_MS } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

let rig: PageRig;

beforeEach(() => {
  rig = new PageRig();
});

test('a vote goes from choice to receipt', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OPEN });
  expect(rig.moment(session)).toBe('question');
  session.choose(LEO);
  session.choose(MIRA);
  session.cast();
  expect(rig.moment(session)).toBe('sent');
  expect(ballotsOf(socket)).toMatchObject([{ pollId: FINAL, round: 1, choice: [MIRA], castAtMs: SERVER_NOW_MS }]);
  socket.say({ t: 'receipt', receipt: receipt(firstBallotId(socket)) });
  expect(rig.moment(session)).toBe('accepted');
});

test('pressing send twice casts one ballot', async () => {
  const { session, socket } = rig.voting();
  session.cast();
  session.choose(MIRA);
  session.cast();
  await rig.env.advance(1_900);
  expect(ballotsOf(socket)).toHaveLength(1);
});

test('the ballot is on the device before it leaves', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OPEN });
  session.choose(LEO);
  let storedFirst: boolean | null = null;
  const push = socket.sent.push.bind(socket.sent);
  socket.sent.push = (...frames) => {
    storedFirst = createStore(() => rig.storage).votes().length === 1;
    return push(...frames);
  };
  session.cast();
  expect(storedFirst).toBe(true);
});

test('without an answer the same ballot goes out again after two seconds, until the receipt', async () => {
  const { socket, ballotId } = rig.voting();
  await rig.env.advance(7_000);
  const sent = ballotsOf(socket);
  expect(sent.length).toBeGreaterThanOrEqual(2);
  expect(new Set(sent.map((ballot) => ballot.id))).toEqual(new Set([ballotId]));
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  const count = sent.length;
  await rig.env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(count);
});

test('an answer of "not known" is obeyed before the ballot goes out again', async () => {
  const { socket, ballotId } = rig.voting();
  socket.say({ t: 'error', code: 'unavailable', message: '', ref: ballotId, retryAfterMs: 6_000 });
  await rig.env.advance(5_999);
  expect(ballotsOf(socket)).toHaveLength(1);
  await rig.env.advance(1_001);
  expect(ballotsOf(socket)).toHaveLength(2);
});

test('a ballot without an answer goes out again with the same id after a reconnect', async () => {
  const { socket, ballotId } = rig.voting();
  socket.drop(1006);
  await rig.env.advance(CALM.jitterMs);
  const next = rig.arrive({ state: OPEN });
  expect(next.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
  expect(ballotsOf(next).map((ballot) => ballot.id)).toEqual([ballotId]);
});

test('a ballot without an answer goes out again with the same id after a reload', () => {
  const { session, ballotId } = rig.voting();
  session.stop();
  const reloaded = rig.open();
  const socket = rig.arrive({ state: OPEN });
  expect(socket.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
  expect(rig.moment(reloaded)).toBe('sent');
  expect(ballotsOf(socket).map((ballot) => ballot.id)).toEqual([ballotId]);
});

test('a vote sent without a link goes out when the link is back', async () => {
  const session = rig.open();
  rig.arrive({ token: 'seat', state: OPEN }).drop(1006);
  session.choose(LEO);
  session.cast();
  expect(rig.moment(session)).toBe('sent');
  await rig.env.advance(CALM.jitterMs);
  expect(ballotsOf(rig.arrive({ state: OPEN }))).toHaveLength(1);
});

test('the receipt is there after a reload', () => {
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  session.stop();
  const reloaded = rig.open();
  const next = rig.arrive({ state: OPEN });
  expect(rig.moment(reloaded)).toBe('accepted');
  expect(ballotsOf(next)).toEqual([]);
});

test('a choice not sent yet is there after a reload', () => {
  const session = rig.open();
  rig.arrive({ token: 'seat', state: OPEN });
  session.choose(MIRA);
  session.stop();
  const reloaded = rig.open();
  const socket = rig.arrive({ state: OPEN });
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
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId, { status }) });
  expect(rig.moment(session)).toBe(moment);
  await rig.env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(1);
});

test('a ballot that the server can’t read ends, and the next try has a new id', async () => {
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'error', code: 'malformed', message: '', ref: ballotId });
  await rig.env.advance(9_000);
  expect(ballotsOf(socket)).toHaveLength(1);
  expect(rig.moment(session)).toBe('question');
  session.cast();
  expect(ballotsOf(socket).map((ballot) => ballot.id)).toEqual([ballotId, expect.not.stringMatching(ballotId)]);
});

test('asking ends some time after the poll, and the page says that it does not know', async () => {
  const { session, socket } = rig.voting();
  while (rig.env.nowMs() < 200_000 && rig.moment(session) === 'sent') {
    await rig.env.advance(1_000);
    if (rig.env.nowMs() % 5_000 === 0) socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS + rig.env.nowMs() });
  }
  expect(rig.env.nowMs()).toBeGreaterThan(23_000 + 2_000 + 100_000);
  expect(rig.moment(session)).toBe('closed');
  const view = viewOf(session.model(), rig.env.nowMs());
  expect(view.moment).toMatchObject({ mine: { counted: false, title: 'No answer for: Leo Okafor' } });
  const count = ballotsOf(socket).length;
  await rig.env.advance(5_000);
  expect(ballotsOf(socket)).toHaveLength(count);
});

test('a vote in one tab is seen in the other, and a choice left there is not sent on top of it', () => {
  const other = rig.open();
  const otherSocket = rig.arrive({ token: 'seat', state: OPEN });
  other.choose(MIRA);
  const { socket, ballotId } = rig.voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  other.storageChanged();
  expect(rig.moment(other)).toBe('accepted');
  other.cast();
  expect(ballotsOf(otherSocket)).toEqual([]);
});

test('the word of an answer that took no vote is said while it goes out again', () => {
  const { session, socket, ballotId } = rig.voting();
  const noteAfter = (code: 'unavailable' | 'paused' | 'rate-limited') => {
    socket.say({ t: 'error', code, message: '', ref: ballotId, retryAfterMs: 2_000 });
    return viewOf(session.model(), rig.env.nowMs()).note.strong;
  };
  expect(noteAfter('unavailable')).toBe('Many are voting now.');
  expect(noteAfter('rate-limited')).toBe('Not so fast.');
  expect(noteAfter('paused')).toBe('Hold on.');
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  expect(viewOf(session.model(), rig.env.nowMs()).note.strong).toBeNull();
});
