/** Somebody sets the core's clock between two polls, while pages hold their links. */
import { beforeEach, expect, test } from 'vitest';
import { ballotsOf, PageRig } from './testing/page-rig.ts';
import { CALM, LEO, poll, SERVER_NOW_MS, state } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

const HOUR_MS = 3_600_000;
let rig: PageRig;
beforeEach(() => {
  rig = new PageRig();
});

/** A poll of 90 s that opens now, by a clock that is off from the one that the page was told by so much. */
const opens = (offMs: number) =>
  poll({
    openedAtMs: SERVER_NOW_MS + rig.env.nowMs() + offMs,
    closesAtMs: SERVER_NOW_MS + rig.env.nowMs() + offMs + 90_000,
  });

test.each([-HOUR_MS, -600_000, 600_000, HOUR_MS])(
  'a poll that opens after the clock was set by %d ms is open for a page that was told the old time',
  async (offMs) => {
    const session = rig.open();
    const socket = rig.arrive({ token: 'seat', state: state() });
    await rig.env.advance(5_000);
    socket.say({ t: 'state', state: state({ rev: 2, poll: opens(offMs) }) });
    expect(rig.moment(session)).toBe('question');
    session.choose(LEO);
    session.cast();
    expect(ballotsOf(socket)).toHaveLength(1);
    await rig.env.advance(CALM.jitterMs);
    expect(socket.sent.filter(({ t }) => t === 'ping')).toHaveLength(1);
    socket.say({ t: 'pong', serverNowMs: SERVER_NOW_MS + rig.env.nowMs() + offMs });
    expect(viewOf(session.model(), rig.env.nowMs()).time?.text).toMatch(/^1:2\d$/);
  },
);

test.each(['sse', 'poll'] as const)(
  'so it is for one on %s, which joins again for the time of day',
  async (transport) => {
    rig.without(transport);
    let offMs = 0;
    let now = state();
    rig.env.answering = ({ path }) =>
      path === 'v1/join'
        ? { body: { token: 'seat', serverNowMs: SERVER_NOW_MS + rig.env.nowMs() + offMs, state: now } }
        : { body: now };
    const session = rig.open();
    await rig.env.advance(0);
    rig.push(now);
    await rig.env.advance(5_000);
    offMs = -HOUR_MS;
    now = state({ rev: 2, poll: opens(offMs) });
    rig.push(now);
    await rig.env.advance(12_000);
    expect(rig.moment(session)).toBe('question');
    expect(viewOf(session.model(), rig.env.nowMs()).time?.text).toMatch(/^1:1\d$/);
    expect(rig.joins()).toHaveLength(2);
  },
);

test('a state that goes on with the poll of before, or that is merely late, asks nothing', async () => {
  const session = rig.open();
  const socket = rig.arrive({ token: 'seat', state: state({ poll: poll() }) });
  socket.say({ t: 'state', state: state({ rev: 2, poll: poll({ closesAtMs: SERVER_NOW_MS - 1 }) }) });
  expect(rig.moment(session)).toBe('closed');
  const round2 = poll({ round: 2, openedAtMs: SERVER_NOW_MS + 2_000, closesAtMs: SERVER_NOW_MS + 92_000 });
  socket.say({ t: 'state', state: state({ rev: 3, poll: round2 }) });
  await rig.env.advance(CALM.jitterMs);
  expect(socket.sent.map(({ t }) => t)).toEqual(['hello']);
});
