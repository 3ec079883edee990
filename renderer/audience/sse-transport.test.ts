import { beforeEach, expect, test } from 'vitest';
import type { Ballot } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { CALM, FINAL, LEO, receipt, state } from './testing/samples.ts';

const ballot: Ballot = { id: 'b1' as BallotId, pollId: FINAL, round: 1, choice: [LEO] };

let rig: LinkRig;

beforeEach(() => {
  rig = new LinkRig();
  rig.env.answering = ({ path }) => (path === 'v1/join' ? joinAnswer : { status: 304 });
});

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
  const connection = await rig.onStream();
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
  const connection = await rig.onStream();
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

test('a stream that ends may have been told goodbye: it stays away as the hints say, spread, and comes back by one try', async () => {
  await rig.onStream(state({ hints: { ...CALM, retryAfterMs: 4_000, jitterMs: 6_000 } }));
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
  await rig.onStream(state({ hints }));
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

test('a quiet stream is compared with the state once, and left alone when it knows as much', async () => {
  await rig.onStream(state({ rev: 2 }));
  rig.env.answering = () => ({ body: state({ rev: 2 }), etag: '"1-2"' });
  await rig.env.advance(11_000);
  expect(rig.paths()).toEqual(['v1/join', 'v1/state']);
  await rig.env.advance(10_000);
  expect(rig.stream.closedByPage).toBe(false);
  expect(rig.links()).toEqual(['online sse']);
});

test('a stream that a proxy holds back is found out: the page shows what it asked for, and twice is enough for polling', async () => {
  await rig.onStream(state({ rev: 2 }));
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
  await rig.onStream();
  const { stream } = rig;
  rig.env.answering = () => 'no answer';
  await rig.env.advance(11_000);
  expect(stream.closedByPage).toBe(true);
  expect(rig.links()).toEqual(['online sse', 'lost']);
});

test('a page that slept asks for the time of day and keeps its stream', async () => {
  const connection = await rig.onStream();
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
