/** The curves of the evening: a desk that comes late sees all of it, gaps stay gaps, and what is hidden has no curve. */
import { describe, expect, test, vi } from 'vitest';
import { Role } from '../../shared/protocol/commands.ts';
import type { RunSeries, Series } from '../../shared/protocol/records.ts';
import { crowdOf } from './testing/crowd.ts';
import type { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';

vi.setConfig({ testTimeout: TEST_MS });

const HOUR_MS = 3_600_000;

async function get<T>(desk: DeskClient, path: string): Promise<T> {
  const { status, body } = await desk.call('GET', path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body as T;
}
const runSeries = (desk: DeskClient, id: string) => get<RunSeries>(desk, `/api/v1/polls/${id}/series`);
/** By the second, from this moment on. */
const trafficSince = (desk: DeskClient, fromMs: number) =>
  get<Series>(desk, `/api/v1/series?fromMs=${fromMs}&toMs=${fromMs + HOUR_MS}&stepMs=1000`);
const ballotsIn = ({ points }: Series) => points.reduce((sum, point) => sum + point.ballotsPerS, 0);

async function startLive(cues: Parameters<Place['show']>[0]): Promise<{ server: Server; place: Place }> {
  const place = new Place();
  return { place, server: await startServer({ place, show: place.show(cues), mode: 'live', edges: 1 }) };
}

/** One new voter after another, each with this choice. */
async function vote(server: Server, id: string, choices: string[]): Promise<void> {
  for (const choice of choices) {
    const voter = await HttpViewer.arrive({ audienceUrl: server.audienceUrl });
    const { receipts } = await voter.vote(id, [choice]);
    expect(receipts[0]?.status).toBe('accepted');
  }
}

test('a desk that comes late draws a poll that ran before, and the traffic beside it; a core that hung leaves a gap', async () => {
  const { server } = await startLive([poll('q1', { durationMs: HOUR_MS, graceMs: 500 })]);
  const desk = server.desk();
  await crowdOf(4, { audienceUrl: server.audienceUrl });
  const { runId, openedAtMs } = await desk.air('q1');
  await vote(server, 'q1', ['a', 'a', 'b']);
  await until(async () => ballotsIn(await trafficSince(desk, openedAtMs)) === 3, {
    what: 'the votes are in the curve',
  });
  await until(async () => (await runSeries(desk, 'q1')).points.length >= 4, { what: 'four seconds of the run' });

  const told = server.events.length;
  // Killed outright it can be back within the second; a core that hangs is away for three before it is replaced.
  server.kill('core', 'SIGSTOP');
  await server.waitFor('restarted', { after: told });
  await until(() => desk.vitals(), { what: 'the core answers' });
  await vote(server, 'q1', ['c', 'a']);
  await new Stage(desk).close('q1');

  const late = server.desk('director');
  const { points, stepMs } = await until(
    async () => {
      const series = await runSeries(late, 'q1');
      return series.points.at(-1)?.total === 5 && series;
    },
    { what: 'the whole curve' },
  );
  expect(stepMs).toBe(1_000);
  const [first, last] = [points[0], points.at(-1)];
  expect((first?.atMs ?? 0) - openedAtMs).toBeLessThan(5_000);
  expect(last?.options).toEqual([
    { id: 'a', count: 3, share: 0.6 },
    { id: 'b', count: 1, share: 0.2 },
    { id: 'c', count: 1, share: 0.2 },
  ]);
  for (const [i, point] of points.entries()) {
    expect(point.atMs % 1_000).toBe(0);
    const before = points[i - 1];
    if (before === undefined) continue;
    expect(point.atMs).toBeGreaterThan(before.atMs);
    expect(point.total).toBeGreaterThanOrEqual(before.total ?? 0);
  }
  // The core was away for longer than a second; nobody invents what it would have measured.
  const gaps = points.filter(({ atMs }, i) => atMs - (points[i - 1]?.atMs ?? atMs) > 1_000);
  expect(gaps.length).toBeGreaterThan(0);
  expect(await get<RunSeries>(late, `/api/v1/polls/q1/series?round=1`)).toMatchObject({ runId, points });
  expect(await get<RunSeries>(late, `/api/v1/polls/${encodeURIComponent(runId)}/series`)).toMatchObject({ points });

  const traffic = await trafficSince(late, openedAtMs);
  expect(traffic).toMatchObject({ fromMs: Math.floor(openedAtMs / 1_000) * 1_000, stepMs: 1_000 });
  expect(ballotsIn(traffic)).toBe(5);
  const seconds = new Set(traffic.points.map(({ atMs }) => atMs));
  const [afterGap] = gaps;
  expect(seconds.has((afterGap?.atMs ?? 0) - 1_000)).toBe(false);
  expect(traffic.points.at(-1)).toMatchObject({ online: expect.any(Number), edges: 1, edgesExpected: 1, level: 0 });
  expect(Math.max(...traffic.points.map(({ ws }) => ws))).toBe(4);
  const rough = await get<Series>(late, '/api/v1/series');
  expect(rough.stepMs).toBe(5_000);
  expect(rough.toMs - rough.fromMs).toBeGreaterThanOrEqual(3 * HOUR_MS);
  expect(await server.stop()).toBe(0);
});

describe('the calls', () => {
  test('refuse what they do not understand, and nobody without a token gets a curve', async () => {
    const { server } = await startLive([poll('q1', { durationMs: 60_000, graceMs: 0 })]);
    const desk = server.desk('director');
    for (const [path, status, word] of [
      ['/api/v1/series?fromMs=yesterday', 400, /whole numbers/],
      ['/api/v1/series?fromMs=5&toMs=5', 400, /toMs/],
      ['/api/v1/series?stepMs=1500', 400, /whole seconds/],
      ['/api/v1/series?stepMs=1000', 400, /4000 points; 5000 ms/],
      ['/api/v1/polls/q1/series?round=x', 400, /whole numbers/],
      ['/api/v1/polls/q1/series?round=7', 404, /no such run/],
      ['/api/v1/polls/nobody/series', 404, /no such run/],
    ] as const) {
      const answer = await desk.call('GET', path);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.body.error.message).toMatch(word);
    }
    for (const path of ['/api/v1/series', '/api/v1/polls/q1/series']) {
      expect((await fetch(server.deskUrl + path)).status).toBe(401);
    }
    expect((await runSeries(desk, 'q1')).points).toEqual([]);
    expect(await server.stop()).toBe(0);
  });
});

/** Every field that holds a count of votes, wherever it stands. */
const NUMBERS = /"(total|count|share|perS|tally)":/;

test('of a poll that is hidden from desks from GO, no number is on any wire but the verifier’s', async () => {
  const { server } = await startLive([poll('q1', { durationMs: HOUR_MS, graceMs: 0 })]);
  const producer = server.desk('producer');
  await producer.command('cue.edit', 'q1', { cue: { live: { desk: 'hidden' } } });
  const sockets = await Promise.all(
    Role.options.map(async (role) => {
      const socket = await DeskSocket.open({ deskUrl: server.deskUrl, token: server.ready.deskTokens[role] });
      return { role, socket };
    }),
  );
  const { openedAtMs } = await producer.air('q1');
  await vote(server, 'q1', ['a', 'a', 'a', 'b', 'b', 'a', 'c']);
  const verifier = server.desk('verifier');
  const counted = async () => (await runSeries(verifier, 'q1')).points.at(-1)?.total === 7;
  await until(counted, { what: 'the verifier has the whole curve' });

  const look = async (when: string) => {
    for (const { role, socket } of sockets) {
      if (role === 'verifier') continue;
      const desk = server.desk(role);
      const answers = [
        await desk.send({ type: 'show.control' }),
        await socket.send({ type: 'overlay.hide', payload: { surface: 'main' } }),
      ];
      const heard = socket.vitals.length;
      await until(() => socket.vitals.length > heard + 1, { what: `new vitals for the ${role}`, isQuiet: true });
      const series = await runSeries(desk, 'q1');
      const traffic = await trafficSince(desk, openedAtMs);
      const recount = await desk.call('GET', '/api/v1/polls/q1/recount');
      const wire = {
        ...{ answers, series, traffic, recount, resync: await socket.resync() },
        ...{ snapshots: socket.snapshots, changes: socket.changes, vitals: socket.vitals, notices: socket.notices },
        ...{ state: await desk.state(), vitalsByHttp: await desk.vitals() },
        log: (await desk.call('GET', '/api/v1/log?limit=1000')).body,
      };
      for (const [name, said] of Object.entries(wire)) {
        expect(JSON.stringify(said), `${name} of the ${role}, ${when}`).not.toMatch(NUMBERS);
      }
      for (const told of [...socket.vitals, ...traffic.points]) {
        // From 100 ballots and a second on these mean trouble, which everybody is told.
        const of = `what one vote moves, for the ${role}, ${when}`;
        expect([0, 100].includes(Math.min(told.queueDepth, 100)), of).toBe(true);
        for (const ms of [told.queueHeadAgeMs, told.ackP50Ms, told.ackP99Ms])
          expect(ms > 0 && ms < 1_000, of).toBe(false);
      }
      expect(recount.status).toBe(403);
      expect(series.points.length, 'seconds are there, without numbers').toBeGreaterThan(0);
      expect(traffic.points.length).toBeGreaterThan(0);
      expect(ballotsIn(traffic), `votes in the traffic of the ${role}, ${when}`).toBe(0);
      expect((await desk.call('GET', '/metrics')).body).not.toContain('q1');
    }
    expect(await verifier.recount('q1')).toMatchObject({ total: 7, matches: true });
    expect((await verifier.vitals()).runs).toMatchObject([{ total: 7 }]);
    const known = await trafficSince(verifier, openedAtMs);
    expect(ballotsIn(known)).toBe(7);
    expect(known.points.some(({ ackP99Ms }) => ackP99Ms > 0)).toBe(true);
  };
  await look('while it is open');
  expect((await producer.cue('q1')).visibility.desk).toBe('hidden');
  const early = await producer.send({
    ...{ type: 'poll.reveal', target: 'q1', payload: { surface: 'desk', visibility: 'counts' } },
  });
  expect(early.body).toMatchObject({ status: 'refused', code: 'not-verified' });
  await new Stage(producer).close('q1');
  await look('when it is verified');

  await producer.command('poll.reveal', 'q1', { surface: 'desk', visibility: 'counts' });
  const director = server.desk('director');
  expect((await director.cue('q1')).tally).toMatchObject({ total: 7 });
  expect((await runSeries(director, 'q1')).points.at(-1)).toMatchObject({ total: 7 });
  expect(ballotsIn(await trafficSince(director, openedAtMs))).toBe(7);
  expect(await server.stop()).toBe(0);
});
