/** The core may die without a viewer noticing, and without losing or doubling a vote. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acknowledged, isAnswered } from './testing/ballots.ts';
import { crowdOf, expectOnwardStates, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until, untilTime } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';

const GRACE_MS = 1_500;

test('a core that is killed while 100 viewers vote costs no viewer a socket and nobody a vote', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const cues = [poll('q1', { durationMs: 20_000, graceMs: GRACE_MS }), poll('q2', { durationMs: 5_000, graceMs: 500 })];
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 2 });
  const desk = server.desk();
  const viewers = await crowdOf(100, { audienceUrl: server.audienceUrl });
  await until(async () => (await desk.vitals()).edges.filter(({ ws }) => ws > 0).length === 2, {
    what: 'both edges carry viewers',
  });
  const { runId, closesAtMs } = await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  const epochBefore = viewers[0]?.state?.epoch ?? 0;
  const pidsBefore = server.pids;

  // 40 vote before, 20 around the kill, 20 while the core is dead; 20 keep their vote for later.
  const voteOf = (n: number) => viewers[n]?.vote('q1', [optionOf(n)]);
  for (let n = 0; n < 40; n++) voteOf(n);
  await until(() => viewers.filter(({ ballots }) => ballots.some(isAnswered)).length >= 20, {
    what: '20 receipts before the kill',
  });
  for (let n = 40; n < 60; n++) {
    voteOf(n);
    if (n === 50) server.kill('core');
    await sleep(2);
  }
  const whileDead = viewers.slice(60, 80).flatMap((_, i) => voteOf(60 + i) ?? []);
  await until(() => !server.kill('core', 'SIGCONT'), { what: 'the core is dead' });
  expect(whileDead.filter(isAnswered)).toEqual([]);

  const restarted = await server.waitFor('restarted');
  expect(restarted.what).toBe('core');
  expect(restarted.pids).toEqual({ ...pidsBefore, core: expect.any(Number) });
  expect(restarted.pids.core).not.toBe(pidsBefore.core);
  await until(() => desk.command('cue.arm', 'q2'), { what: 'commands are accepted again' });
  await desk.command('cue.disarm', 'q2');
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  const cast = viewers.slice(0, 80).flatMap(({ ballots }) => ballots);
  expect(cast.map(({ receipts }) => receipts[0]?.status)).toEqual(Array(80).fill('accepted'));
  expect(
    cast.map(({ timesSent }) => timesSent),
    'nobody had to send a ballot again',
  ).toEqual(Array(80).fill(1));
  expect((await desk.cue('q1')).closesAtMs).toBe(closesAtMs);

  // Ten ask again for a receipt of the core before, ten try to vote a second time.
  for (const viewer of viewers.slice(0, 10)) {
    const [first] = viewer.ballots;
    viewer.send({ t: 'ballot', id: first?.id, pollId: 'q1', round: 1, choice: first?.choice });
  }
  await until(() => viewers.slice(0, 10).every(({ ballots }) => ballots[0]?.receipts.length === 2), {
    what: 'the same receipt again',
  });
  for (const viewer of viewers.slice(10, 20)) viewer.vote('q1', ['c']);
  await untilAllAnswered(viewers, 'second votes are answered');
  expect(viewers.slice(10, 20).map(({ ballots }) => ballots[1]?.receipts[0]?.status)).toEqual(
    Array(10).fill('duplicate'),
  );

  // Ten vote within the grace, ten after it.
  await untilTime(closesAtMs + 100);
  for (let n = 80; n < 90; n++) voteOf(n);
  await untilTime(closesAtMs + GRACE_MS + 100);
  for (let n = 90; n < 100; n++) voteOf(n);
  await untilAllAnswered(viewers, 'late votes are answered');
  expect(viewers.slice(90).map(({ ballots }) => ballots[0]?.receipts[0]?.status)).toEqual(Array(10).fill('late'));

  await desk.waitForIntake('q1', 'verified');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expectRecountOf(ballots, await desk.recount('q1'));
  await until(() => viewers.every(({ state }) => state?.poll?.intake === 'closed'), {
    what: 'all see the poll closed',
  });
  for (const viewer of viewers) {
    expect(viewer.closes).toEqual([]);
    expect(viewer.connections).toBe(1);
    expectOnwardStates(viewer.states());
    const deadlines = viewer.states().flatMap(({ poll: shown }) => shown?.closesAtMs ?? []);
    expect(new Set(deadlines)).toEqual(new Set([closesAtMs]));
    expect(viewer.state?.epoch).toBeGreaterThan(epochBefore);
  }
  expect(await server.stop()).toBe(0);
  const { rows } = expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + GRACE_MS });
  expect(rows.length).toBe(acknowledged(ballots).length);
  expect(place.processes()).toEqual([]);
  expect(place.tempFiles()).toEqual([]);
});

test('a poll whose core is killed in its last seconds still closes and verifies, with the votes of its grace', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const graceMs = 2_000;
  const show = place.show([poll('q1', { durationMs: 3_000, graceMs })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const desk = server.desk();
  const viewers = await crowdOf(30, { audienceUrl: server.audienceUrl });
  const { runId, closesAtMs } = await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  for (const [n, viewer] of viewers.slice(0, 10).entries()) viewer.vote('q1', [optionOf(n)]);
  await untilAllAnswered(viewers, 'votes inside the window');

  await desk.waitForIntake('q1', 'closing');
  server.kill('core');
  for (const [n, viewer] of viewers.slice(10, 20).entries()) viewer.vote('q1', [optionOf(n)]);
  const sentByMs = Date.now();
  await untilTime(closesAtMs + graceMs + 100);
  for (const viewer of viewers.slice(20)) viewer.vote('q1', ['c']);

  const restarted = await server.waitFor('restarted');
  expect(restarted.what).toBe('core');
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  const statusOf = (from: number, to: number) => viewers.slice(from, to).map((v) => v.ballots[0]?.receipts[0]?.status);
  console.log(`votes of the grace left ${closesAtMs + graceMs - sentByMs} ms before its end`);
  expect(statusOf(0, 20)).toEqual(Array(20).fill('accepted'));
  expect(statusOf(20, 30)).toEqual(Array(10).fill('late'));
  expect((await desk.waitForIntake('q1', 'verified')).closesAtMs).toBe(closesAtMs);
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expectRecountOf(ballots, await desk.recount('q1'));
  for (const viewer of viewers) {
    expect(viewer.closes).toEqual([]);
    expectOnwardStates(viewer.states());
  }
  expect(await server.stop()).toBe(0);
  const { rows } = expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + graceMs });
  expect(rows.length).toBe(20);
});
