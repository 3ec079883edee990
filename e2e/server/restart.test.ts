/** Stopping on purpose leaves nothing running, and starting again on the same data folder goes on where it stopped. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAnswered } from './testing/ballots.ts';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive } from './testing/processes.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const GRACE_MS = 500;
/** Stopping takes no longer, whatever the machine is busy with. */
const STOP_MS = 10_000;

function pidsOf({ pids }: Server): number[] {
  return [pids.supervisor, pids.core, ...pids.edges];
}

async function expectGone(server: Server, place: Place): Promise<void> {
  const pids = pidsOf(server);
  await until(() => server.hasExited, { what: 'the server has ended', withinMs: STOP_MS });
  expect(server.exitCode).toBe(0);
  expect(server.events.at(-1)).toEqual({ event: 'stopped', code: 0 });
  expect(pids.filter(isAlive)).toEqual([]);
  expect(place.processes()).toEqual([]);
  expect(place.tempFiles()).toEqual([]);
  expect(existsSync(place.files.run), 'nothing tells of a running server').toBe(false);
}

function expectGoodbyes(viewers: readonly WsViewer[]): void {
  for (const viewer of viewers) {
    expect(viewer.framesOf('bye')).toEqual([{ t: 'bye', reason: 'restart', retryAfterMs: expect.any(Number) }]);
    expect(viewer.closes).toEqual([{ code: 1012, reason: 'restart' }]);
  }
}

test('SIGTERM says goodbye and ends everything; a new start keeps voters, receipts, deadline and mode', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 120_000, graceMs: GRACE_MS })]);
  const first = await startServer({ place, show, mode: 'live', edges: 2 });
  const before = await crowdOf(30, { audienceUrl: first.audienceUrl });
  const httpBefore = await HttpViewer.arrive({ audienceUrl: first.audienceUrl });
  const { runId, closesAtMs, openedAtMs } = await first.desk().air('q1');
  await untilAllSeeOpen(before, 'q1');
  for (const [n, viewer] of before.slice(0, 20).entries()) viewer.vote('q1', [optionOf(n)]);
  const httpBallot = await httpBefore.vote('q1', ['c']);
  await untilAllAnswered(before, 'votes before the stop');
  first.kill('supervisor', 'SIGTERM');
  await expectGone(first, place);
  await until(() => before.every(({ closes }) => closes.length > 0), { what: 'every viewer has lost its socket' });
  expectGoodbyes(before);

  // Neither show nor mode is named: the folder knows both.
  const second = await startServer({ place, show: null, mode: null, edges: 2 });
  const desk = second.desk();
  const state = await desk.state();
  expect(state.show).toMatchObject({ title: 'Test show', mode: 'live' });
  expect(state.cues[0]).toMatchObject({ intake: 'open', openedAtMs, closesAtMs });
  const after = await Promise.all(
    before.map(({ token }) => WsViewer.arrive({ audienceUrl: second.audienceUrl, token })),
  );
  for (const [n, viewer] of after.entries()) {
    const [welcome] = viewer.framesOf('welcome');
    expect(welcome?.voterId).toBe(before[n]?.voterId);
    expect(welcome?.token, 'no new token').toBeUndefined();
    expect(welcome?.state.poll).toMatchObject({ id: 'q1', intake: 'open', openedAtMs, closesAtMs });
    expect(welcome?.state.epoch).toBeGreaterThan(before[n]?.state?.epoch ?? Number.POSITIVE_INFINITY);
  }
  const rejoined = await HttpViewer.join(second.audienceUrl, { token: httpBefore.token });
  expect(rejoined.body.voterId).toBe(httpBefore.voterId);

  // The same ballots again get the same receipts; others of the same voters are duplicates; who hasn't voted can.
  for (const [n, viewer] of after.slice(0, 20).entries())
    viewer.vote('q1', ['a'], { id: before[n]?.ballots[0]?.id ?? '' });
  for (const [n, viewer] of after.slice(20).entries()) viewer.vote('q1', [optionOf(n)]);
  await untilAllAnswered(after, 'answers after the new start');
  for (const [n, viewer] of after.slice(0, 20).entries()) {
    expect(viewer.receipts()).toEqual(before[n]?.ballots[0]?.receipts);
  }
  const { id, pollId, round, choice } = httpBallot;
  const http = { audienceUrl: second.audienceUrl, token: httpBefore.token };
  const again = await (await HttpViewer.arrive(http)).post({ id, pollId, round, choice });
  expect(again.body.receipt).toEqual(httpBallot.receipts[0]);
  const second0 = after[0]?.vote('q1', ['b']);
  await until(() => second0 !== undefined && isAnswered(second0), { what: 'a second ballot is answered' });
  expect(second0?.receipts[0]?.status).toBe('duplicate');

  await desk.command('poll.close', 'q1', { confirmed: true });
  await desk.waitForIntake('q1', 'verified');
  const ballots = [...before.slice(0, 20), ...after.slice(20)].flatMap((viewer) => viewer.ballots).concat(httpBallot);
  expectRecountOf(ballots, await desk.recount('q1'));
  second.kill('supervisor', 'SIGTERM');
  await expectGone(second, place);
  expect(expectLedgerOf(place, { runId, ballots, inByMs: closesAtMs + GRACE_MS }).rows.length).toBe(31);
});

test.for(['the command', 'the supervisor'] as const)(
  'started by npm run server, SIGTERM to %s ends all with 0',
  {
    timeout: TEST_MS,
  },
  async (whom) => {
    const place = new Place();
    const show = place.show([poll('q1', { durationMs: 60_000, graceMs: GRACE_MS })]);
    const server = await startServer({ place, show, mode: 'live', edges: 2, throughStarter: true });
    // ARM passes from the moment that it says ready.
    await server.desk().air('q1');
    const viewers = await crowdOf(10, { audienceUrl: server.audienceUrl });
    if (whom === 'the command') server.child.kill('SIGTERM');
    else server.kill('supervisor', 'SIGTERM');
    await expectGone(server, place);
    await until(() => viewers.every(({ closes }) => closes.length > 0), { what: 'every viewer has lost its socket' });
    expectGoodbyes(viewers);
  },
);
