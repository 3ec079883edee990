/** A part that stands still is worse than a dead one: it holds sockets and answers nobody. It is killed and replaced. */
import { expect, test } from 'vitest';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive } from './testing/processes.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectRecountOf } from './testing/verdict.ts';

/** Silence for this long means hung. */
const SILENCE_MS = 3_000;

test('a core that stands still is killed and replaced, and its viewers keep sockets and votes', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();
  const viewers = await crowdOf(20, { audienceUrl: server.audienceUrl });
  await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  const hung = server.pids.core;
  server.kill('core', 'SIGSTOP');
  const stoppedAtMs = performance.now();
  for (const [n, viewer] of viewers.entries()) viewer.vote('q1', [optionOf(n)]);
  await until(() => !isAlive(hung), { what: 'the hung core is dead' });
  // Its last beat is at most half a second older than the stop.
  expect(performance.now() - stoppedAtMs).toBeGreaterThan(SILENCE_MS - 600);
  expect((await server.waitFor('restarted')).what).toBe('core');
  await untilAllAnswered(viewers, 'votes cast meanwhile have their receipts');
  expect(viewers.flatMap(({ closes }) => closes)).toEqual([]);

  await desk.command('poll.close', 'q1', { confirmed: true });
  await desk.waitForIntake('q1', 'verified');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(ballots.map(({ receipts }) => receipts[0]?.status)).toEqual(Array(20).fill('accepted'));
  expectRecountOf(ballots, await desk.recount('q1'));
  expect(await server.stop()).toBe(0);
});

test('an edge that stands still is killed and replaced, and its viewers are served again', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const desk = server.desk();
  const viewers = await crowdOf(30, { audienceUrl: server.audienceUrl, comesBack: true });
  await until(async () => (await desk.vitals()).edges.filter(({ ws }) => ws > 0).length === 2, {
    what: 'both edges carry viewers',
  });
  await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  const pidsBefore = server.pids;
  server.kill({ edge: 1 }, 'SIGSTOP');
  for (const [n, viewer] of viewers.entries()) viewer.vote('q1', [optionOf(n)]);
  const restarted = await server.waitFor('restarted');
  expect(restarted.what).toBe('edge');
  expect(isAlive(pidsBefore.edges[1] ?? 0)).toBe(false);
  expect(restarted.pids.edges[0]).toBe(pidsBefore.edges[0]);
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  expect(viewers.filter(({ connections }) => connections > 1).length).toBeGreaterThan(0);

  await desk.command('poll.close', 'q1', { confirmed: true });
  await desk.waitForIntake('q1', 'verified');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(ballots.map(({ receipts }) => receipts[0]?.status)).toEqual(Array(30).fill('accepted'));
  expectRecountOf(ballots, await desk.recount('q1'));
  expect(await server.stop()).toBe(0);
});
