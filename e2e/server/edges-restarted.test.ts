/** The edges are restarted one by one in the middle of a vote: nobody is turned away, and no vote is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DeskState } from '../../shared/protocol/desk-state.ts';
import type { ServerEvent } from '../../shared/protocol/process.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { acknowledged } from './testing/ballots.ts';
import { askForRestart } from './testing/control.ts';
import { crowdOf, expectOnwardStates, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import type { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Knocker } from './testing/knocker.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive } from './testing/processes.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectRecountOf } from './testing/verdict.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const VIEWERS = 80;
const reason = 'a new build';
const SHOW = [poll('q1', { durationMs: 600_000, graceMs: 500 })].map((cue) => ({ ...cue, maxBallots: 100 }));

/** What the show is, without what each look at it has of its own. */
function essence({ revision: _, serverNowMs: __, ...state }: DeskState) {
  return state;
}

/** One ballot after another, each by the next viewer, until it is told to stop. */
function voting(viewers: readonly WsViewer[]) {
  let going = true;
  const done = (async () => {
    for (let n = 0; going; n++) {
      viewers[n % viewers.length]?.vote('q1', [optionOf(n)]);
      await sleep(4);
    }
  })();
  return {
    stop() {
      going = false;
      return done;
    },
  };
}

function edgesTold({ events }: Server, after: number): number[][] {
  const isRestart = (event: ServerEvent) => event.event === 'restarted';
  return events.slice(after).flatMap((event) => (isRestart(event) && 'pids' in event ? [event.pids.edges] : []));
}

async function restartOver(desk: DeskClient): Promise<void> {
  await until(async () => !(await desk.vitals()).edgesRestarting, { what: 'the restart is over', withinMs: 60_000 });
}

test.for([2, 1])('%i restarted by an operator while everybody votes', { timeout: TEST_MS }, async (edges) => {
  const place = new Place();
  const server = await startServer({ place, show: place.show(SHOW), mode: 'live', edges });
  const operator = server.desk('operator');
  const window = await DeskSocket.open({ deskUrl: server.deskUrl, token: server.ready.deskTokens.operator });
  const viewers = await crowdOf(VIEWERS, { audienceUrl: server.audienceUrl, comesBack: true });
  const identities = viewers.map(({ voterId, token }) => ({ voterId, token }));
  await server.desk().air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  const before = essence(await operator.state());
  const pidsBefore = server.pids;
  const eventsBefore = server.events.length;
  const knocker = new Knocker(server.audienceUrl);
  const votes = voting(viewers);

  await operator.command('edges.restart', null, { reason });
  const again = await operator.send({ type: 'edges.restart', payload: { reason } });
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({ status: 'refused', code: 'restart-under-way' });
  await restartOver(operator);
  await until(() => viewers.every(({ socket }) => socket?.readyState === 1), { what: 'every viewer is back' });
  await votes.stop();
  knocker.stop();

  // A successor for each, one after the other; nothing else was restarted.
  const told = edgesTold(server, eventsBefore);
  expect(told).toHaveLength(edges);
  expect(server.pids.edges.filter((pid) => pidsBefore.edges.includes(pid))).toEqual([]);
  expect(server.pids.core).toBe(pidsBefore.core);
  expect(pidsBefore.edges.filter(isAlive)).toEqual([]);
  expect((await operator.vitals()).edges.map(({ pid }) => pid).toSorted()).toEqual(server.pids.edges.toSorted());
  expect(
    window.vitals.some(({ edgesRestarting }) => edgesRestarting),
    'the vitals say so meanwhile',
  ).toBe(true);
  expect(window.vitals.some((vitals) => vitals.edges.some(({ leaving }) => leaving))).toBe(true);
  expect(window.notices.map(({ code, level }) => [code, level])).toEqual([
    ['edges-restarting', 'info'],
    ['edges-restarted', 'info'],
  ]);
  expect(window.notices[0]?.message).toContain(reason);

  // Everybody was told goodbye once, came back as themselves, and was never shown an older state.
  for (const [n, viewer] of viewers.entries()) {
    expect(viewer.closes).toEqual([{ code: 1012, reason: 'restart' }]);
    expect(viewer.framesOf('bye')).toEqual([{ t: 'bye', reason: 'restart', retryAfterMs: expect.any(Number) }]);
    expect({ voterId: viewer.voterId, token: viewer.token }).toEqual(identities[n]);
    expectOnwardStates(viewer.states());
  }
  console.log(`${knocker.taken} connections were taken meanwhile, ${knocker.failures.length} were not`);
  expect(knocker.taken).toBeGreaterThan(50);
  expect(knocker.failures).toEqual([]);

  // Every ballot is counted, once, and the show is as it was.
  await untilAllAnswered(viewers, 'every ballot has its receipt');
  const ballots = viewers.flatMap((viewer) => viewer.ballots);
  expect(acknowledged(ballots)).toHaveLength(ballots.length);
  console.log(`${ballots.length} ballots meanwhile, ${ballots.filter((b) => b.timesSent > 1).length} sent again`);
  expectRecountOf(ballots, await server.desk().recount('q1'));
  expect(essence(await operator.state())).toEqual(before);
  const { entries } = (await server.desk().call('GET', '/api/v1/log?after=0&limit=500')).body as {
    entries: JournalEntry[];
  };
  expect(
    entries.filter(({ type }) => type === 'edges.restart').map(({ answer, source }) => [answer.status, source]),
  ).toEqual([
    ['accepted', expect.any(String)],
    ['refused', expect.any(String)],
  ]);
  await server.desk().command('poll.close', 'q1', { confirmed: true });
  await server.desk().waitForIntake('q1', 'verified');
  expect(await server.stop()).toBe(0);
  expect(place.processes()).toEqual([]);
});

test('a new signing key: tokens of either key hold at every edge at any moment', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show(SHOW), mode: 'live', edges: 2 });
  const { audienceUrl } = server;
  const desk = server.desk();
  await desk.air('q1');
  const early = await Promise.all(Array.from({ length: 20 }, () => HttpViewer.arrive({ audienceUrl })));
  const onSocket = await crowdOf(20, { audienceUrl, comesBack: true });
  const kidOf = (token: string | null) => token?.split('.')[1] ?? '';
  const oldKid = kidOf(early[0]?.token ?? null);
  const late: HttpViewer[] = [];
  const answers: number[] = [];
  let going = true;
  // Each call is a connection of its own, and so reaches any edge: those that sign with the new key, and those that don't yet.
  const calls = (async () => {
    for (let n = 0; going; n++) {
      const newcomer = await HttpViewer.arrive({ audienceUrl }).catch(() => null);
      if (newcomer !== null) late.push(newcomer);
      for (const viewer of [newcomer, early[n % early.length], late[n % Math.max(1, late.length)]]) {
        const ballot = { id: `n${n}-${answers.length}`, pollId: 'q1', round: 1, choice: [optionOf(n)] };
        const answer = await viewer?.post(ballot).catch(() => null);
        if (answer) answers.push(answer.status);
      }
    }
  })();
  expect(await askForRestart(place, true)).toBeNull();
  expect((await askForRestart(place, true))?.code).toBe('restart-under-way');
  await restartOver(desk);
  await until(() => late.some(({ token }) => kidOf(token) !== oldKid), { what: 'a token of the new key' });
  going = false;
  await calls;
  const kids = new Set(late.map(({ token }) => kidOf(token)));
  console.log(`${answers.length} answers, ${late.length} new tokens of keys ${[...kids].join(' and ')}`);
  expect(answers.filter((status) => status === 401)).toEqual([]);
  expect(kids.size).toBe(2);
  expect(kids).toContain(oldKid);

  // Who came with the old key is who they were, on the spot and when they come anew.
  await until(() => onSocket.every(({ socket }) => socket?.readyState === 1), { what: 'every viewer is back' });
  for (const viewer of onSocket) expect(kidOf(viewer.token)).toBe(oldKid);
  const again = await WsViewer.arrive({ audienceUrl, token: early[0]?.token ?? null });
  expect(again.voterId).toBe(early[0]?.voterId);
  const newcomer = await WsViewer.arrive({ audienceUrl });
  expect(kidOf(newcomer.token)).not.toBe(oldKid);

  // A new start knows both as well.
  expect(await server.stop()).toBe(0);
  const second = await startServer({ place, show: null, mode: null, edges: 1 });
  for (const { token, voterId } of [newcomer, again]) {
    const back = await WsViewer.arrive({ audienceUrl: second.audienceUrl, token });
    expect([back.voterId, back.framesOf('welcome')[0]?.token]).toEqual([voterId, undefined]);
  }
  expect(await second.stop()).toBe(0);
});
