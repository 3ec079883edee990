import { beforeEach, expect, test } from 'vitest';
import { ballotsOf, OPEN, PageRig } from './testing/page-rig.ts';
import { CALM, LEO, receipt, SERVER_NOW_MS, state } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

let rig: PageRig;

beforeEach(() => {
  rig = new PageRig();
});

test('a refused token is dropped, and the ballot goes out under the new one', async () => {
  const { session, socket, ballotId } = rig.voting();
  socket.say({ t: 'bye', reason: 'bad-token', retryAfterMs: 0 });
  socket.drop(4401);
  await rig.env.advance(CALM.jitterMs);
  const next = rig.arrive({ token: 'new seat', state: OPEN });
  expect(next.sent[0]).toEqual({ t: 'hello', token: null });
  expect(ballotsOf(next).map((ballot) => ballot.id)).toEqual([ballotId]);
  expect(viewOf(session.model(), rig.env.nowMs()).note.strong).toBe('You have a new seat.');
  expect(rig.storage.getItem('tallyroom.token.live')).toBe('new seat');
});

test('a ballot refused with 401 over polling joins anew and is sent again', async () => {
  rig.env.openSocket = null;
  rig.env.openStream = null;
  let seats = 0;
  const authorizations: (string | undefined)[] = [];
  rig.env.answering = (request) => {
    if (request.path === 'v1/join') {
      seats += 1;
      return { body: { token: `seat ${seats}`, serverNowMs: SERVER_NOW_MS, state: OPEN } };
    }
    if (request.path !== 'v1/ballots') return { status: 304 };
    authorizations.push(request.headers.Authorization);
    if (seats === 1) return { status: 401, body: { error: { code: 'bad-token', message: '' } } };
    return { body: { receipt: receipt(JSON.parse(request.body ?? '').id) } };
  };
  const session = rig.open();
  await rig.env.advance(100);
  session.choose(LEO);
  session.cast();
  await rig.env.advance(5_000);
  expect(authorizations).toEqual(['Bearer seat 1', 'Bearer seat 2']);
  expect(rig.moment(session)).toBe('accepted');
});

test.each(['sse', 'poll'])(
  'a ballot whose new seat is long in coming goes out once it is there (%s)',
  async (transport) => {
    rig.env.openSocket = null;
    if (transport === 'poll') rig.env.openStream = null;
    let seats = 0;
    const { request } = rig.env;
    rig.env.request = async (asked) => {
      if (asked.path === 'v1/join' && seats > 0) await new Promise<void>((resolve) => rig.env.after(7_000, resolve));
      return request(asked);
    };
    rig.env.answering = ({ path, headers, body }) => {
      if (path === 'v1/join') {
        seats += 1;
        return { body: { token: `seat ${seats}`, serverNowMs: SERVER_NOW_MS, state: OPEN } };
      }
      if (path !== 'v1/ballots') return { status: 304 };
      return headers.Authorization === 'Bearer seat 1'
        ? { status: 401, body: { error: { code: 'bad-token', message: '' } } }
        : { body: { receipt: receipt(JSON.parse(body ?? '').id) } };
    };
    const session = rig.open();
    await rig.env.advance(100);
    rig.env.streams.at(-1)?.say(OPEN);
    session.choose(LEO);
    session.cast();
    await rig.env.advance(9_000);
    expect(rig.moment(session)).toBe('accepted');
  },
);

test('a rehearsal gets a seat of its own and leaves the one in the show alone', async () => {
  const show = rig.open();
  rig.arrive({ token: 'show seat', state: state() });
  show.stop();
  const rehearsal = rig.open('c0de');
  expect(rig.arrive({ token: 'rehearsal seat', state: state({ mode: 'rehearsal' }) }).sent[0]).toEqual({
    t: 'hello',
    token: null,
    code: 'c0de',
  });
  rehearsal.stop();
  const later = rig.open('c0de');
  rig.arrive({ state: state({ rev: 9, mode: 'rehearsal' }) });
  // The two modes are numbered apart, so a lower number of the other mode is no older state.
  rig.socket.say({ t: 'state', state: state({ rev: 2, mode: 'live' }) });
  await rig.env.advance(CALM.jitterMs);
  const back = rig.arrive({ state: state({ rev: 3, mode: 'live' }) });
  expect(back.sent[0]).toMatchObject({ t: 'hello', token: 'show seat' });
  expect(rig.storage.getItem('tallyroom.token.rehearsal')).toBe('rehearsal seat');
  expect(viewOf(later.model(), rig.env.nowMs()).rehearsal).toBe(false);
});

test('a page with a rehearsal code that finds a live show keeps one seat over reloads', () => {
  const first = rig.open('c0de');
  rig.arrive({ token: 'seat', state: state({ mode: 'live' }) });
  first.stop();
  rig.open('c0de');
  rig.socket.open();
  expect(rig.socket.sent[0]).toMatchObject({ t: 'hello', token: 'seat' });
});
