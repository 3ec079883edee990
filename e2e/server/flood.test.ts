/** One voter who sends ten thousand ballots gets one vote, and nobody else notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fileServer } from './testing/file-server.ts';
import { audienceCall } from './testing/http-viewer.ts';
import { TEST_MS } from './testing/server.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, TRANSPORTS, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const BALLOTS = 10_000;
const SOCKETS = 4;
/** The rest goes by HTTP. */
const PER_SOCKET = 2_250;
const AT_ONCE = 50;
/** How much bigger an edge may be after the flood, MiB: far more than noise, far less than 10,000 kept ballots would need. */
const GROWTH_MB = 64;

test('10,000 ballots of one token count once, and leave the server well', { timeout: TEST_MS }, async () => {
  const desk = here.server.desk();
  const { audienceUrl } = here.server;
  const { id } = await here.stage.air(newPoll());
  const [other] = [await WsViewer.arrive({ audienceUrl })];
  const before = await desk.vitals();
  const pids = here.server.pids;
  const token = (await voterOn('http', { audienceUrl })).token;
  const answers: Record<string, number> = {};
  const count = (what: string) => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const ballot = () => ({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });

  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => WsViewer.arrive({ audienceUrl, token })));
  const startMs = performance.now();
  for (const socket of sockets) for (let n = 0; n < PER_SOCKET; n++) socket.send({ t: 'ballot', ...ballot() });
  for (let sent = 0; sent < BALLOTS - SOCKETS * PER_SOCKET; sent += AT_ONCE) {
    const calls = Array.from({ length: AT_ONCE }, () =>
      audienceCall(`${audienceUrl}/v1/ballots`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(ballot()),
      }),
    );
    for (const { status, body, headers } of await Promise.all(calls)) {
      count(status === 200 ? body.receipt.status : body.error.code);
      if (status === 200) continue;
      expect(status).toBe(429);
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(body.error).toStrictEqual({
        code: 'rate-limited',
        message: expect.any(String),
        retryAfterMs: expect.any(Number),
      });
    }
  }
  const answered = (viewer: WsViewer) => viewer.framesOf('receipt').length + viewer.framesOf('error').length;
  await until(() => sockets.every((socket) => answered(socket) === PER_SOCKET), { what: 'every ballot is answered' });
  const tookMs = performance.now() - startMs;
  for (const socket of sockets) {
    for (const { receipt } of socket.framesOf('receipt')) count(receipt.status);
    for (const { t: _t, message: _message, ...error } of socket.framesOf('error')) {
      count(error.code);
      expect(error).toStrictEqual({ code: 'rate-limited', ref: expect.any(String), retryAfterMs: expect.any(Number) });
    }
    expect(socket.closes).toEqual([]);
  }
  console.log(`${BALLOTS} ballots in ${Math.round(tookMs)} ms: ${JSON.stringify(answers)}`);
  const { accepted, duplicate = 0, 'rate-limited': limited = 0 } = answers;
  expect(accepted).toBe(1);
  expect(duplicate + limited).toBe(BALLOTS - 1);
  expect(limited, 'most came too often').toBeGreaterThan(BALLOTS / 2);

  // Every attempt stands in the count under what became of it.
  const recount = await until(
    async () => {
      const now = await desk.recount(id);
      return now.classes['rate-limited'] === limited && now;
    },
    { what: 'the edges have told how many came too often' },
  );
  expect(recount).toMatchObject({ total: 1, live: { total: 1 }, matches: true, chain: 'ok' });
  expect(recount.classes).toStrictEqual({
    counted: 1,
    duplicate,
    late: 0,
    'over-limit': 0,
    'not-eligible': 0,
    malformed: 0,
    'rate-limited': limited,
    unknown: 0,
  });

  // The same processes, no bigger, and quick for everybody else.
  expect(here.server.pids).toEqual(pids);
  expect(here.server.events.map(({ event }) => event)).toEqual(['ready']);
  const after = await desk.vitals();
  for (const edge of after.edges) {
    const rssBefore = before.edges.find((same) => same.id === edge.id)?.rssMb ?? 0;
    console.log(`edge ${edge.id}: ${rssBefore} → ${edge.rssMb} MB`);
    expect(edge.rssMb - rssBefore).toBeLessThan(GROWTH_MB);
    expect(edge.queueDepth).toBe(0);
  }
  expect(after.queueDepth).toBe(0);
  expect(other.closes).toEqual([]);
  for (const transport of TRANSPORTS) {
    const voter = await voterOn(transport, { audienceUrl });
    expect((await voter.cast(ballot())).receipt?.status).toBe('accepted');
  }
  await desk.command('poll.pause', id, { reason: 'a look at the other viewer' });
  await until(() => other.state?.poll?.intake === 'paused', { what: 'the other viewer is told of the pause' });
});

test('who comes too often is told when to come back, and is let in then', async () => {
  const { id } = await here.stage.air(newPoll());
  const told = { counted: 0, malformed: 0 };
  for (const transport of TRANSPORTS) {
    const voter = await voterOn(transport, { audienceUrl: here.server.audienceUrl });
    const wrong = () => voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['z'] });
    const outcomes = [];
    do outcomes.push(...(await Promise.all(Array.from({ length: transport === 'ws' ? 1 : 20 }, wrong))));
    while (outcomes.every(({ error }) => error?.code === 'malformed') && outcomes.length < 2_000);
    const limited = outcomes.find(({ error }) => error?.code === 'rate-limited');
    expect(limited, 'refused ballots count too').toBeDefined();
    expect(outcomes.filter(({ error }) => error?.code === 'malformed').length).toBeGreaterThanOrEqual(40);
    const ballot = { id: newBallotId(), pollId: id, round: 1, choice: ['a'] };
    const letIn = async () => {
      const { receipt, error } = await voter.cast(ballot);
      // Who comes sooner than told is never let in: refused ballots count as well.
      if (error !== null) await sleep(error.retryAfterMs ?? 0);
      return receipt?.status === 'accepted';
    };
    await until(letIn, { what: 'let in again' });
    told.counted += 1;
    told.malformed += outcomes.filter(({ error }) => error?.code === 'malformed').length;
  }
  const { counted, malformed } = told;
  await until(async () => (await here.server.desk().recount(id)).classes.malformed === malformed, {
    what: `the count names ${malformed} malformed ballots`,
  });
  expect((await here.server.desk().recount(id)).classes).toMatchObject({ counted, malformed, duplicate: 0, late: 0 });
});
