/** Another show takes the place of the one before, at the same address and under the same names. */
import { beforeEach, expect, test } from 'vitest';
import { ballotsOf, PageRig } from './testing/page-rig.ts';
import { CALM, LEO, MIRA, poll, receipt, SERVER_NOW_MS, state } from './testing/samples.ts';

/** A core's epoch is about the whole seconds of the wall clock at its start. */
const EPOCH = 1_800_000_000;
const OLD = state({ epoch: EPOCH, rev: 41, show: 'old', poll: poll() });
/** The same poll down to its times: nothing but the show tells the two apart. */
const NEW = state({ epoch: EPOCH + 7, rev: 1, show: 'new', poll: poll() });

let rig: PageRig;
beforeEach(() => {
  rig = new PageRig();
});

/** A page that has its receipt for the old show's poll. */
function voted() {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OLD });
  session.choose(LEO);
  session.cast();
  const [ballot] = ballotsOf(socket);
  if (ballot === undefined) throw new Error('no ballot was sent');
  socket.say({ t: 'receipt', receipt: receipt(ballot.id) });
  expect(rig.moment(session)).toBe('accepted');
  return { session, socket };
}

test('a page forgets the old show’s receipt, on the device too, and votes in the new one as the same voter', async () => {
  const { session, socket } = voted();
  socket.say({ t: 'bye', reason: 'restart', retryAfterMs: 500 });
  socket.drop(1012);
  await rig.env.advance(500 + CALM.jitterMs);
  const next = rig.arrive({ state: NEW });
  expect(next.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
  expect(rig.moment(session)).toBe('question');
  expect(rig.keptVotes('live:final:1')).toEqual({});
  session.choose(MIRA);
  session.cast();
  expect(ballotsOf(next).map(({ choice }) => choice)).toEqual([[MIRA]]);
});

test('so does one that is loaded when the new show is there already', () => {
  voted().session.stop();
  const later = rig.open();
  rig.arrive({ state: NEW });
  expect(rig.moment(later)).toBe('question');
  expect(rig.keptVotes('live:final:1')).toEqual({});
});

test.each(['sse', 'poll'] as const)('so does one on %s', async (transport) => {
  rig.without(transport);
  let now = OLD;
  let etag = 'old';
  rig.env.answering = ({ path, headers, body }) => {
    if (path === 'v1/join') return { body: { token: 'seat', serverNowMs: SERVER_NOW_MS, state: now } };
    if (path === 'v1/ballots') return { body: { receipt: receipt(JSON.parse(body ?? '').id) } };
    return headers['If-None-Match'] === etag ? { status: 304 } : { body: now, etag };
  };
  const session = rig.open();
  await rig.env.advance(0);
  rig.push(OLD);
  session.choose(LEO);
  session.cast();
  await rig.env.advance(3_000);
  expect(rig.moment(session)).toBe('accepted');
  [now, etag] = [NEW, 'new'];
  rig.push(NEW);
  await rig.env.advance(3_000);
  expect(rig.moment(session)).toBe('question');
  expect(rig.keptVotes('live:final:1')).toEqual({});
});

test('a ballot that the old show never answered is not handed in to the new one', async () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OLD });
  session.choose(LEO);
  session.cast();
  socket.drop(1006);
  await rig.env.advance(CALM.jitterMs);
  const next = rig.arrive({ state: NEW });
  await rig.env.advance(9_000);
  expect(ballotsOf(next)).toEqual([]);
});

test('nor is a choice that was made there', () => {
  const session = rig.open();
  rig.arrive({ token: 'seat', state: OLD });
  session.choose(LEO);
  session.stop();
  const later = rig.open();
  const socket = rig.arrive({ state: NEW });
  later.cast();
  expect(ballotsOf(socket)).toEqual([]);
});

test('a tab that is late to see the new show leaves the vote of another tab there alone', () => {
  const { session: late, socket: lateSocket } = voted();
  const other = rig.open();
  const socket = rig.arrive({ state: NEW });
  other.choose(MIRA);
  other.cast();
  const [ballot] = ballotsOf(socket);
  if (ballot === undefined) throw new Error('no ballot was sent');
  socket.say({ t: 'receipt', receipt: receipt(ballot.id) });
  lateSocket.say({ t: 'state', state: NEW });
  late.storageChanged();
  expect(rig.moment(late)).toBe('accepted');
  expect(Object.values(rig.keptVotes('live:final:1')).join()).toContain(ballot.id);
});

test('an old state of the old show, from a cache, brings nothing of it back', () => {
  const { session, socket } = voted();
  socket.say({ t: 'state', state: NEW });
  socket.say({ t: 'state', state: { ...OLD, rev: 99 } });
  expect(session.model().state?.show).toBe('new');
});

test('a core of the same show that starts again takes nothing away', () => {
  const { session, socket } = voted();
  socket.say({ t: 'state', state: { ...OLD, epoch: EPOCH + 9, rev: 1 } });
  expect(rig.moment(session)).toBe('accepted');
});

test('a receipt that the device kept before shows had names still counts for its run', () => {
  const { session } = voted();
  session.stop();
  const [key = '', text = '{}'] = Object.entries(rig.keptVotes('live:final:1'))[0] ?? [];
  const { show: _, ...kept } = JSON.parse(text) as { show?: string };
  rig.storage.removeItem(key);
  // Its key of then, too.
  rig.storage.setItem('tallyroom.vote.live:final:1', JSON.stringify(kept));
  const later = rig.open();
  rig.arrive({ state: OLD });
  expect(rig.moment(later)).toBe('accepted');
});
