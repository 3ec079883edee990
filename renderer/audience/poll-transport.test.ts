import { beforeEach, expect, test } from 'vitest';
import type { Ballot } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { joinAnswer, LinkRig } from './testing/link-rig.ts';
import { CALM, FINAL, LEO, state } from './testing/samples.ts';

const ballot: Ballot = { id: 'b1' as BallotId, pollId: FINAL, round: 1, choice: [LEO] };

let rig: LinkRig;

beforeEach(() => {
  rig = new LinkRig();
});

test('polling asks every cadence with the tag of what it has', async () => {
  rig.pollOnly();
  rig.env.answering = (request) =>
    request.path === 'v1/join'
      ? joinAnswer
      : request.headers['If-None-Match'] === '"1-2"'
        ? { status: 304 }
        : { status: 200, etag: '"1-2"', body: state({ rev: 2 }) };
  rig.connect('c0de');
  await rig.env.advance(6_500);
  expect(rig.paths()).toEqual(['v1/join', 'v1/state?code=c0de', 'v1/state?code=c0de', 'v1/state?code=c0de']);
  expect(rig.env.requests.map(({ atMs }) => atMs)).toEqual([0, 2_000, 4_000, 6_000]);
  expect(rig.events.map((event) => event.t).filter((t) => t !== 'asked')).toEqual([
    'joined',
    'link',
    'state',
    'sign',
    'sign',
  ]);
});

test('polling waits at the door as long as the server asks', async () => {
  rig.pollOnly();
  rig.env.answering = () => ({
    status: 503,
    body: { error: { code: 'waiting-room', message: 'busy', retryAfterMs: 8_000 } },
  });
  rig.connect();
  await rig.env.advance(8_499);
  expect(rig.paths()).toEqual(['v1/join']);
  expect(rig.links()).toEqual(['waiting-room']);
  await rig.env.advance(1);
  expect(rig.paths()).toEqual(['v1/join', 'v1/join']);
});

test('polling backs off while nothing answers, shows the loss once, and recovers', async () => {
  rig.pollOnly();
  rig.env.answering = () => joinAnswer;
  rig.connect();
  await rig.env.advance(0);
  rig.env.answering = () => 'no answer';
  await rig.env.advance(30_000);
  expect(rig.links()).toEqual(['online poll', 'lost']);
  expect(rig.env.requests.length).toBeLessThan(10);
  rig.env.answering = () => ({ status: 304 });
  await rig.env.advance(30_000);
  expect(rig.links().at(-1)).toBe('online poll');
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

test.each([
  [
    { status: 400, body: { error: { code: 'malformed', message: '' } } },
    { t: 'ballot-refused', ballotId: 'b1' },
  ],
  [{ status: 413 }, { t: 'ballot-refused', ballotId: 'b1' }],
  [
    { status: 503, body: { error: { code: 'paused', message: '', retryAfterMs: 900 } } },
    { t: 'ballot-unknown', ballotId: 'b1', code: 'paused', retryAfterMs: 900 },
  ],
  [
    { status: 429, retryAfterMs: 2_000 },
    { t: 'ballot-unknown', ballotId: 'b1', code: null, retryAfterMs: 2_000 },
  ],
  [{ status: 502 }, { t: 'ballot-unknown', ballotId: 'b1', code: null, retryAfterMs: null }],
  ['no answer' as const, { t: 'ballot-unknown', ballotId: 'b1', code: null, retryAfterMs: null }],
])('a ballot by request that gets %j is reported as %j', async (answer, event) => {
  rig.pollOnly();
  rig.env.answering = () => joinAnswer;
  const connection = rig.connect();
  await rig.env.advance(0);
  rig.env.answering = () => answer;
  connection.send(ballot);
  await rig.env.advance(0);
  expect(rig.events.at(-1)).toEqual(event);
});
