/** An edge may die without losing a vote: its viewers return and send again what has no answer. */
import { get } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { acknowledged, isAnswered } from './testing/ballots.ts';
import { crowdOf, expectOnwardStates, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const GRACE_MS = 1_000;

test('the viewers of a killed edge return as themselves, and what it had not answered is counted once', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 20_000, graceMs: GRACE_MS })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const desk = server.desk();
  const viewers = await crowdOf(60, { audienceUrl: server.audienceUrl, comesBack: true });
  const identities = viewers.map(({ voterId, token }) => ({ voterId, token }));
  const { runId, closesAtMs } = await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  const voteOf = (n: number) => viewers[n]?.vote('q1', [optionOf(n)]);
  for (let n = 0; n < 20; n++) voteOf(n);
  await untilAllAnswered(viewers, 'votes before the kill');

  // The core stands still for a moment, so that the edge dies with ballots in its hands: some on their way, some not.
  const pidsBefore = server.pids;
  const acknowledgedBefore = acknowledged(viewers.flatMap(({ ballots }) => ballots));
  server.kill('core', 'SIGSTOP');
  for (let n = 20; n < 40; n++) voteOf(n);
  const onTheWire = viewers.slice(20, 40).map(({ socket }) => socket);
  await until(() => onTheWire.every((socket) => socket?.bufferedAmount === 0), { what: 'ballots are at the edges' });
  server.kill({ edge: 0 });
  await until(() => viewers.some(({ closes }) => closes.length > 0), { what: 'viewers lose their sockets' });
  server.kill('core', 'SIGCONT');
  for (let n = 40; n < 60; n++) voteOf(n);

  await server.waitFor('restarted', { match: ({ what }) => what === 'edge' });
  expect(server.pids.edges[0]).not.toBe(pidsBefore.edges[0]);
  expect(server.pids.edges[1]).toBe(pidsBefore.edges[1]);
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(ballots.map(({ receipts }) => receipts[0]?.status)).toEqual(Array(60).fill('accepted'));
  const returned = viewers.filter(({ connections }) => connections > 1);
  console.log(
    `${returned.length} viewers returned, ${ballots.filter((b) => b.timesSent > 1).length} sent a ballot again`,
  );
  expect(returned.length).toBeGreaterThan(0);
  expect(returned.length).toBeLessThan(60);
  expect(viewers.map(({ voterId, token }) => ({ voterId, token }))).toEqual(identities);
  for (const viewer of returned) {
    expect(
      viewer
        .framesOf('welcome')
        .slice(1)
        .every(({ token }) => token === undefined),
    ).toBe(true);
    expectOnwardStates(viewer.states());
  }
  expect(acknowledgedBefore.length).toBe(20);

  expect((await desk.waitForIntake('q1', 'verified')).closesAtMs).toBe(closesAtMs);
  expectRecountOf(ballots, await desk.recount('q1'));
  expect(await server.stop()).toBe(0);
  const { rows } = expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + GRACE_MS });
  expect(rows.length).toBe(60);
});

test('the only edge comes back on the same port, and its viewers with it', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();
  const viewers = await crowdOf(20, { audienceUrl: server.audienceUrl, comesBack: true });
  await desk.air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  for (const [n, viewer] of viewers.slice(0, 10).entries()) viewer.vote('q1', [optionOf(n)]);
  await untilAllAnswered(viewers, 'votes before the kill');
  server.kill({ edge: 0 });
  await until(() => viewers.every(({ closes }) => closes.length > 0), { what: 'all viewers lose their sockets' });
  for (const viewer of viewers.slice(10)) viewer.vote('q1', ['b']);
  const [unanswered] = viewers.slice(10).flatMap(({ ballots }) => ballots);
  expect(unanswered && isAnswered(unanswered)).toBe(false);

  expect((await server.waitFor('restarted')).what).toBe('edge');
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  const newcomer = await WsViewer.arrive({ audienceUrl: server.audienceUrl });
  expect(newcomer.state?.poll?.intake).toBe('open');

  await desk.command('poll.close', 'q1', { confirmed: true });
  await desk.waitForIntake('q1', 'verified');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(acknowledged(ballots).length).toBe(20);
  expectRecountOf(ballots, await desk.recount('q1'));
  expect(await server.stop()).toBe(0);
});

test('viewers on event streams of a killed edge are back without a join, and the forecast still counts them', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show([]), mode: 'live', edges: 1 });
  const { audienceUrl } = server;
  const desk = server.desk();
  const forecast = async (viewers: number) =>
    (await desk.vitals()).capacity.forecastViewers === viewers && (await desk.vitals()).byTransport.sse >= viewers;
  const stream = () =>
    new Promise<void>((resolve, reject) => {
      const asked = get(`${audienceUrl}/v1/events`, { agent: false }, (answer) => {
        answer.on('error', () => {}).resume();
        resolve();
      });
      asked.on('error', reject);
      onTestFinished(() => void asked.destroy());
    });
  const listen = () => Promise.all(Array.from({ length: 12 }, stream)).then(() => true);
  for (let i = 0; i < 8; i += 1) await HttpViewer.arrive({ audienceUrl });
  await listen();
  await until(() => forecast(8), { what: 'those who have joined are in the forecast' });
  server.kill({ edge: 0 });
  await server.waitFor('restarted', { match: ({ what }) => what === 'edge' });
  await until(() => listen().catch(() => false), { what: 'they listen again' });
  await until(() => forecast(8), { what: 'they are in the forecast again' });
  expect(await server.stop()).toBe(0);
});
