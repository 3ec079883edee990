/** A killed supervisor leaves nothing behind for long, and another one takes over from it. */
import { expect, test } from 'vitest';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive } from './testing/processes.ts';
import { Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const GRACE_MS = 500;
const DURATION_MS = 120_000;

/** Votes of a crowd on a running poll, all answered. */
async function voteAll(viewers: readonly WsViewer[]): Promise<void> {
  for (const [n, viewer] of viewers.entries()) viewer.vote('q1', [optionOf(n)]);
  await untilAllAnswered(viewers, 'votes are answered');
}

/** The poll ends well on this server, with exactly these voters' ballots. */
async function expectGoodEnd(server: Server, place: Place, viewers: readonly WsViewer[]): Promise<void> {
  const desk = server.desk();
  await desk.command('poll.close', 'q1', { confirmed: true });
  const { runId, closesAtMs = 0 } = await desk.waitForIntake('q1', 'verified');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expectRecountOf(ballots, await desk.recount('q1'));
  expect(await server.stop()).toBe(0);
  const { rows } = expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + GRACE_MS });
  expect(rows.length).toBe(viewers.length);
  expect(place.processes()).toEqual([]);
  expect(place.tempFiles(), 'the dead one’s runtime folder is gone too').toEqual([]);
}

test('after kill -9 of the supervisor the core ends at once and the edges once they are alone for 30 s', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: DURATION_MS, graceMs: GRACE_MS })]);
  const killed = await startServer({ place, show, mode: 'live', edges: 2 });
  const viewers = await crowdOf(10, { audienceUrl: killed.audienceUrl });
  const { closesAtMs } = await killed.desk().air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  await voteAll(viewers);
  const { core, edges } = killed.pids;
  killed.kill('supervisor');
  await until(() => !isAlive(core), { what: 'the core has ended by itself' });
  expect(edges.every(isAlive)).toBe(true);
  expect(
    viewers.flatMap(({ closes }) => closes),
    'the audience has not noticed',
  ).toEqual([]);
  await until(() => !edges.some(isAlive), { what: 'the edges have left', withinMs: 40_000 });
  for (const viewer of viewers) expect(viewer.framesOf('bye').length).toBe(1);
  expect(place.processes()).toEqual([]);

  const next = await startServer({ place, show: null, mode: null, edges: 2 });
  expect((await next.desk().cue('q1')).closesAtMs).toBe(closesAtMs);
  const more = await crowdOf(10, { audienceUrl: next.audienceUrl });
  await voteAll(more);
  await expectGoodEnd(next, place, [...viewers, ...more]);
});

test('a new supervisor takes over at once, while the edges of the killed one still hold their viewers', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: DURATION_MS, graceMs: GRACE_MS })]);
  const killed = await startServer({ place, show, mode: 'live', edges: 2 });
  const viewers = await crowdOf(10, { audienceUrl: killed.audienceUrl });
  const { closesAtMs } = await killed.desk().air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  await voteAll(viewers);
  const { edges } = killed.pids;
  killed.kill('supervisor');
  await killed.exited;

  const next = await startServer({ place, show: null, mode: null, edges: 2 });
  expect(edges.filter(isAlive), 'the old edges are gone').toEqual([]);
  await until(() => viewers.every(({ closes }) => closes.length > 0), { what: 'old sockets are closed' });
  for (const viewer of viewers) expect(viewer.framesOf('bye').length).toBe(1);
  expect((await next.desk().cue('q1')).closesAtMs).toBe(closesAtMs);
  const back = await Promise.all(viewers.map(({ token }) => WsViewer.arrive({ audienceUrl: next.audienceUrl, token })));
  expect(back.map(({ voterId }) => voterId)).toEqual(viewers.map(({ voterId }) => voterId));
  const more = await crowdOf(10, { audienceUrl: next.audienceUrl });
  await voteAll(more);
  await expectGoodEnd(next, place, [...viewers, ...more]);
});

test('a living server keeps its data folder to itself', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show([]), mode: 'live', edges: 1 });
  const second = new Server({ place, show: null, mode: null, edges: 1 });
  expect(await second.exited).toBe(1);
  expect(second.events).toEqual([
    { event: 'alarm', code: 'data-in-use', message: expect.stringContaining(place.data) },
    { event: 'stopped', code: 1 },
  ]);
  expect((await server.desk().state()).show.mode).toBe('live');
  expect(await server.stop()).toBe(0);
});
