import { beforeEach, expect, test } from 'vitest';
import type { Session } from './session.ts';
import { ballotsOf, OPEN, PageRig } from './testing/page-rig.ts';
import { CALM, FINAL, LEO, MIRA, poll, receipt, SERVER_NOW_MS, state } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

let rig: PageRig;

beforeEach(() => {
  rig = new PageRig();
});

test('an older state never replaces a newer one; a new core’s state does', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: state({ epoch: 2, rev: 5, poll: poll() }) });
  socket.say({ t: 'state', state: state({ epoch: 2, rev: 4 }) });
  socket.say({ t: 'state', state: state({ epoch: 1, rev: 99 }) });
  expect(rig.moment(session)).toBe('question');
  socket.say({ t: 'state', state: state({ epoch: 3, rev: 1 }) });
  expect(rig.moment(session)).toBe('waiting');
});

test('the choice outlives every push that leaves its poll in place', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OPEN });
  session.choose(MIRA);
  socket.say({
    t: 'state',
    state: state({ rev: 2, poll: poll({ closesAtMs: SERVER_NOW_MS + 53_000 }), message: 'Hello' }),
  });
  socket.say({ t: 'state', state: state({ rev: 3, poll: poll(), hints: { ...CALM, level: 2 } }) });
  const view = viewOf(session.model(), rig.env.nowMs());
  expect(view.moment).toMatchObject({ name: 'question', action: { kind: 'ready', text: 'Vote for Mira Solberg' } });
});

test('the next round of the same poll starts without the last round’s choice or receipt', () => {
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  socket.say({ t: 'state', state: state({ rev: 2, poll: poll({ round: 2 }) }) });
  const view = viewOf(session.model(), rig.env.nowMs());
  expect(view.moment).toMatchObject({ name: 'question', action: { kind: 'blocked' } });
});

test('a receipt of another show’s poll of the same name does not count for this one', () => {
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'receipt', receipt: receipt(ballotId) });
  session.stop();
  const later = rig.open();
  rig.arrive({ state: state({ poll: poll({ openedAtMs: SERVER_NOW_MS - 1_000 }) }) });
  expect(rig.moment(later)).toBe('question');
});

test('a phone that slept forgets the time until it has asked again', () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OPEN });
  session.checkNow(true);
  expect(viewOf(session.model(), rig.env.nowMs()).time).toBeNull();
  expect(socket.sent.at(-1)).toEqual({ t: 'ping' });
  socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS + 10_000 });
  expect(viewOf(session.model(), rig.env.nowMs()).time?.text).toBe('0:13');
});

test('nothing can be chosen or sent after closing time, whatever a cached state says', async () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: OPEN });
  session.choose(LEO);
  await rig.env.advance(23_000);
  session.cast();
  expect(rig.moment(session)).toBe('closed');
  expect(ballotsOf(socket)).toEqual([]);
});

/** How long after its last sign the page greys out, on a line that is dead and has told nobody. */
async function staleAfterMs(session: Session): Promise<number> {
  const heardAtMs = rig.env.nowMs();
  rig.env.request = () => new Promise(() => {});
  while (!viewOf(session.model(), rig.env.nowMs()).stale) await rig.env.advance(100);
  return rig.env.nowMs() - heardAtMs;
}

const STALE_AFTER_MS = 2 * CALM.cadenceMs + 1_000;

test('a page that polls is stale two cadences and a second after the last answer', async () => {
  rig.env.openSocket = null;
  rig.env.openStream = null;
  rig.env.answering = () => ({ body: { token: 'seat', serverNowMs: SERVER_NOW_MS, state: OPEN } });
  const session = rig.open();
  await rig.env.advance(0);
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
  const session = rig.open();
  rig.arrive({ token: 'seat', state: state({ poll: poll(), results }) });
  const afterMs = await staleAfterMs(session);
  expect(afterMs).toBeGreaterThan(STALE_AFTER_MS);
  expect(afterMs).toBeLessThan(STALE_AFTER_MS + 300);
});

test('a server that is not ready yet is no missing signal', async () => {
  const session = rig.open();
  rig.socket.open();
  rig.socket.say({ t: 'error', code: 'unavailable', message: '', retryAfterMs: 20_000 });
  rig.socket.say({ t: 'bye', reason: 'unavailable', retryAfterMs: 20_000 });
  rig.socket.drop(1013);
  await rig.env.advance(1_500);
  expect(viewOf(session.model(), rig.env.nowMs()).note.text).toBe(
    'The show is not ready yet. This page comes in by itself.',
  );
});
