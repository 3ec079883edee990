/** The disk takes nothing more from any process of the server: parts that die come back, edges are restarted, and it ends in good order. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { expectLedgerOf, expectRecountOf } from './testing/verdict.ts';

const GRACE_MS = 500;
const SHOW = [poll('q1', { durationMs: 600_000, graceMs: GRACE_MS })];
/** Only Linux can take the disk away from a process that runs. */
const isPossible = spawnSync('prlimit', ['--version']).status === 0;

/** For every process of the server, and whatever those start from then on. */
function limitFiles(place: Place, bytes: '0' | 'unlimited'): void {
  for (const pid of place.processes()) {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
    expect(status, String(stderr)).toBe(0);
  }
}

const storageAlarms = (server: Server) =>
  server.events.filter((event) => event.event === 'alarm' && event.code === 'supervisor-storage');

test.skipIf(!isPossible)(
  'a killed edge is back, a restart of the edges works, and every vote counts once there is room',
  {
    timeout: TEST_MS,
  },
  async () => {
    const place = new Place();
    const server = await startServer({ place, show: place.show(SHOW), mode: 'live', edges: 2 });
    const desk = server.desk();
    const viewers = await crowdOf(20, { audienceUrl: server.audienceUrl, comesBack: true });
    const { runId, closesAtMs } = await desk.air('q1');
    await untilAllSeeOpen(viewers, 'q1');
    for (const [n, viewer] of viewers.slice(0, 10).entries()) viewer.vote('q1', [optionOf(n)]);
    await untilAllAnswered(viewers, 'votes before the disk is full');

    limitFiles(place, '0');
    const pidsBefore = server.pids;
    server.kill({ edge: 0 });
    await server.waitFor('restarted', { match: ({ what }) => what === 'edge' });
    await until(() => viewers.every(({ socket }) => socket?.readyState === 1), { what: 'every viewer is back' });
    const told = server.events.length;
    server.child.kill('SIGHUP');
    await until(() => server.events.slice(told).filter(({ event }) => event === 'restarted').length === 2, {
      what: 'both edges were restarted',
      withinMs: 60_000,
    });
    expect(server.pids.edges.filter((pid) => pidsBefore.edges.includes(pid))).toEqual([]);
    expect(server.pids).toMatchObject({ core: pidsBefore.core, supervisor: pidsBefore.supervisor });
    expect(storageAlarms(server)).toHaveLength(1);
    await until(() => viewers.every(({ socket }) => socket?.readyState === 1), { what: 'every viewer is back again' });

    for (const [n, viewer] of viewers.slice(10).entries()) viewer.vote('q1', [optionOf(n)]);
    limitFiles(place, 'unlimited');
    await untilAllAnswered(viewers, 'every ballot has its receipt');
    // The core says `unavailable` until its journal has taken a write again.
    await until(() => desk.command('poll.close', 'q1', { confirmed: true }), { what: 'the poll is closed' });
    const { closesAtMs: closedAtMs = closesAtMs } = await desk.waitForIntake('q1', 'verified');
    const ballots = viewers.flatMap((viewer) => viewer.ballots);
    expectRecountOf(ballots, await desk.recount('q1'));
    expect(await server.stop()).toBe(0);
    const { rows } = expectLedgerOf(place, { runId, ballots, inByMs: closedAtMs + GRACE_MS });
    expect(rows.length).toBe(20);
  },
);

test.skipIf(!isPossible)(
  'a killed core is tried until it can start, the audience stays where it is, and votes cast meanwhile count',
  {
    timeout: TEST_MS,
  },
  async () => {
    const place = new Place();
    const server = await startServer({ place, show: place.show(SHOW), mode: 'live', edges: 1 });
    const viewers = await crowdOf(10, { audienceUrl: server.audienceUrl });
    await server.desk().air('q1');
    await untilAllSeeOpen(viewers, 'q1');
    limitFiles(place, '0');
    const pidsBefore = server.pids;
    server.kill('core');
    for (const [n, viewer] of viewers.entries()) viewer.vote('q1', [optionOf(n)]);
    const deaths = () => server.stderr.split(/"child":"core","childPid":\d+,"readyForMs"/).length - 1;
    // Whether it can start without a disk is the core's business: it starts, or it is tried again and again.
    await until(() => server.pids.core !== pidsBefore.core || deaths() > 2, { what: 'the core is back, or was tried' });
    limitFiles(place, 'unlimited');
    await until(() => server.pids.core !== pidsBefore.core, { what: 'the core is back' });
    await untilAllAnswered(viewers, 'every ballot has its receipt');
    expect(server.pids.edges).toEqual(pidsBefore.edges);
    expect(viewers.flatMap(({ closes }) => closes)).toEqual([]);
    const desk = server.desk();
    await until(() => desk.command('poll.close', 'q1', { confirmed: true }), { what: 'the poll is closed' });
    await desk.waitForIntake('q1', 'verified');
    const ballots = viewers.flatMap((viewer) => viewer.ballots);
    expectRecountOf(ballots, await desk.recount('q1'));
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(!isPossible)(
  'SIGTERM says goodbye to every viewer and ends with 0, and the next start finds the show',
  {
    timeout: TEST_MS,
  },
  async () => {
    const place = new Place();
    const server = await startServer({ place, show: place.show(SHOW), mode: 'live', edges: 2 });
    const viewers = await crowdOf(10, { audienceUrl: server.audienceUrl });
    const { closesAtMs } = await server.desk().air('q1');
    await untilAllSeeOpen(viewers, 'q1');
    limitFiles(place, '0');
    expect(await server.stop()).toBe(0);
    expect(server.events.at(-1)).toEqual({ event: 'stopped', code: 0 });
    for (const viewer of viewers) expect(viewer.framesOf('bye').length).toBe(1);
    expect(place.processes()).toEqual([]);
    expect(place.tempFiles()).toEqual([]);
    const next = await startServer({ place, show: null, mode: null, edges: 1 });
    expect((await next.desk().cue('q1')).closesAtMs).toBe(closesAtMs);
    expect(await next.stop()).toBe(0);
  },
);
