/** Somebody sets the machine's clock, while nothing is on air and while something is, and parts die with it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clockedServer, give } from './testing/clocked-server.ts';
import { crowdOf } from './testing/crowd.ts';
import type { DeskClient, DeskCommand } from './testing/desk-client.ts';
import { readLedger } from './testing/ledger-file.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const HOUR_MS = 3_600_000;
const TEN_MINUTES_MS = 600_000;

const close = (target: string): DeskCommand => ({ type: 'poll.close', target, payload: { confirmed: true } });

/** The alarms that say that the clock was set. */
const steps = async (desk: DeskClient) => (await desk.vitals()).alarms.filter(({ code }) => code === 'clock-stepped');

/** What the core takes for the time, against ours. */
const offBy = async (desk: DeskClient) => (await desk.vitals()).serverNowMs - Date.now();

test('a clock that was an hour ahead and is set right while nothing is on air holds up nobody', {
  timeout: TEST_MS,
}, async () => {
  const { server, set } = await clockedServer(HOUR_MS);
  const desk = server.desk();
  for (const type of ['cue.arm', 'cue.go'])
    expect(await give(desk, { type, target: 'q1' })).toMatchObject({ status: 'accepted' });
  expect(await give(desk, close('q1'))).toMatchObject({ status: 'accepted' });
  const pin = { switch: 'results-cadence', position: 'on', reason: 'a test', revertAfterMs: 3_000 };
  await desk.waitForIntake('q1', 'verified');
  // The desk has sent a good many commands: what is left of its bucket is little.
  const sent = await Promise.all(Array.from({ length: 150 }, () => give(desk, { type: 'show.control' })));
  // On a busy machine the last of so many at once may be too old; none came too often.
  expect(sent.filter((answer) => !('status' in answer))).toEqual([]);
  expect(await give(desk, { type: 'switch.set', payload: pin })).toMatchObject({ status: 'accepted' });
  const pinnedAtMs = performance.now();
  set(0);
  await until(async () => Math.abs(await offBy(desk)) < 1_000, { what: 'core time is the wall’s again' });

  expect(await give(desk, { type: 'cue.arm', target: 'q2' })).toMatchObject({ status: 'accepted' });
  await until(async () => (await give(desk, { type: 'cue.go', target: 'q2' })).status === 'accepted', {
    what: 'GO',
    withinMs: 5_000,
  });
  const switches = async () => (await desk.state()).switches.map(({ position }) => position);
  await until(async () => (await switches()).join() === 'auto', { what: 'the pin is off again', withinMs: 15_000 });
  expect(performance.now() - pinnedAtMs, 'and not before its time').toBeGreaterThanOrEqual(2_900);

  // A crowd comes in: its arrivals are seen.
  const arriving = crowdOf(40, { audienceUrl: server.audienceUrl });
  await until(async () => (await desk.vitals()).arrivalsPerS > 0, { what: 'arrivals are seen' });
  await arriving;
  for (const taking of [close('q2'), { type: 'show.clear' }]) {
    expect(await give(desk, taking), taking.type).toMatchObject({ status: 'accepted' });
  }
  expect((await desk.vitals()).alarms.map(({ code }) => code)).toContain('clock-stepped');
});

test('who votes in the first moment of a poll that opens right after the clock was set has voted in that poll’s time', {
  timeout: TEST_MS,
}, async () => {
  const { place, server, set } = await clockedServer(HOUR_MS);
  const desk = server.desk();
  const [viewer] = await crowdOf(1, { audienceUrl: server.audienceUrl });
  for (const [cueId, offMs] of [
    ['q1', 0],
    ['q2', -HOUR_MS],
    ['q3', HOUR_MS],
  ] as const) {
    set(offMs);
    // ARM is refused until core time is the wall's again, and GO follows at once.
    await until(async () => (await give(desk, { type: 'cue.arm', target: cueId })).status === 'accepted', {
      what: 'ARM',
    });
    await until(async () => (await give(desk, { type: 'cue.go', target: cueId })).status === 'accepted', {
      what: 'GO',
    });
    const { openedAtMs = Number.POSITIVE_INFINITY } = await desk.cue(cueId);
    const ballot = viewer?.vote(cueId, ['a']);
    await until(() => ballot?.receipts[0], { what: 'a receipt', isQuiet: true });
    expect(ballot?.receipts[0]?.status).toBe('accepted');
    const { rows } = readLedger(place.files.ledgerLive, `${cueId}:live:1`);
    expect(rows.map(({ receivedAtMs }) => receivedAtMs >= openedAtMs)).toEqual([true]);
    expect(await give(desk, close(cueId))).toMatchObject({ status: 'accepted' });
    await desk.waitForIntake(cueId, 'verified');
  }
});

test('an hour that comes twice stands twice in the curves', { timeout: TEST_MS }, async () => {
  const { server, set } = await clockedServer(HOUR_MS);
  const desk = server.desk();
  const points = async () => {
    const now = Date.now();
    const { body } = await desk.call(
      'GET',
      `/api/v1/series?fromMs=${now - 60_000}&toMs=${now + 2 * HOUR_MS}&stepMs=10000`,
    );
    return body.points as { atMs: number }[];
  };
  await until(async () => (await points()).length > 0, { what: 'a first point' });
  const before = await points();
  set(0);
  await until(async () => (await points()).some(({ atMs }) => atMs < Date.now() + HOUR_MS / 2), {
    what: 'a point of the other hour',
  });
  set(HOUR_MS);
  await until(async () => (await offBy(desk)) > HOUR_MS / 2, { what: 'the clock is ahead again' });
  const after = await points();
  for (const { atMs } of before) expect(after.map((point) => point.atMs)).toContain(atMs);
});

test.each([
  ['on by ten minutes, then the core killed', TEN_MINUTES_MS, 'core'],
  ['back by ten minutes, then the core killed', -TEN_MINUTES_MS, 'core'],
  ['on by ten minutes, then the supervisor killed', TEN_MINUTES_MS, 'supervisor'],
  ['back by ten minutes, then the supervisor killed', -TEN_MINUTES_MS, 'supervisor'],
] as const)('a poll keeps its end: the clock set %s', { timeout: TEST_MS }, async (_what, byMs, victim) => {
  const { place, server, set, env } = await clockedServer(0);
  expect(await give(server.desk(), { type: 'cue.arm', target: 'q1' })).toMatchObject({ status: 'accepted' });
  expect(await give(server.desk(), { type: 'cue.go', target: 'q1' })).toMatchObject({ status: 'accepted' });
  const { closesAtMs = 0 } = await server.desk().cue('q1');
  set(byMs);
  await server.waitFor('alarm', { match: ({ code }) => code === 'clock-stepped' });
  for (const { id } of await steps(server.desk())) {
    expect(await give(server.desk(), { type: 'alarm.seen', payload: { id } })).toMatchObject({ status: 'accepted' });
  }
  const seen = server.events.length;
  server.kill(victim);
  let now = server;
  if (victim === 'core') await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
  else {
    await server.exited;
    now = await startServer({ place, show: null, mode: null, edges: 1, env });
  }
  const desk = now.desk();
  if (victim === 'core') {
    const { serverNowMs } = await desk.vitals();
    await until(async () => (await desk.vitals()).serverNowMs > serverNowMs + 1_000, {
      what: 'the clock was looked at',
    });
    expect(await steps(desk), 'what somebody has seen is not said again').toEqual([]);
  }
  const cue = await desk.cue('q1');
  expect(cue).toMatchObject({ intake: 'open', closesAtMs });
  expect(Math.abs(await offBy(desk)), 'core time goes on').toBeLessThan(2_000);
  // Nearly all of its minute is left, by any clock that nobody has set.
  const leftMs = closesAtMs - (await desk.vitals()).serverNowMs;
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(60_000);
  expect(await give(desk, { type: 'poll.extend', target: 'q1', payload: { byMs: 12_000 - leftMs } })).toMatchObject({
    status: 'accepted',
  });
  const shortenedAtMs = performance.now();
  await until(async () => (await desk.cue('q1')).intake === 'verified', { what: 'q1 is verified' });
  expect(performance.now() - shortenedAtMs, 'and not before its time').toBeGreaterThan(10_000);
});

test('a clock set that is in the journal and of which the supervisor was not told any more is taken once', {
  timeout: TEST_MS,
}, async () => {
  const { place, server, set, env } = await clockedServer(0);
  const desk = server.desk();
  const pin = { switch: 'results-cadence', position: 'on', reason: 'a test', revertAfterMs: HOUR_MS };
  await desk.command('switch.set', null, pin);
  const { clock } = place.files;
  await until(() => existsSync(clock), { what: 'the anchor is kept' });
  const old = readFileSync(clock, 'utf8');
  set(TEN_MINUTES_MS);
  const settings = async (client: DeskClient) => {
    const log = await client.call('GET', '/api/v1/log?limit=1000');
    const isSet = ({ type }: { type: string }) => type === 'system.clock';
    const [first] = (await client.state()).switches;
    return { times: (log.body.entries as { type: string }[]).filter(isSet).length, revertsAtMs: first?.revertsAtMs };
  };
  await until(async () => (await settings(desk)).times === 1, { what: 'core time is set' });
  const before = await settings(desk);
  server.kill('supervisor');
  await server.exited;
  writeFileSync(clock, old);
  const again = (await startServer({ place, show: null, mode: null, edges: 1, env })).desk();
  expect(Math.abs((await offBy(again)) - TEN_MINUTES_MS), 'core time goes on').toBeLessThan(2_000);
  const { serverNowMs } = await again.vitals();
  await until(async () => (await again.vitals()).serverNowMs > serverNowMs + 1_500, {
    what: 'the clock was looked at',
  });
  expect(await settings(again)).toEqual(before);
});

test('after another start of the machine a running end hangs on its clock, and an alarm says so', {
  timeout: TEST_MS,
}, async () => {
  const { place, server, set, env } = await clockedServer(0);
  for (const type of ['cue.arm', 'cue.go']) await give(server.desk(), { type, target: 'q1' });
  const { closesAtMs = 0 } = await server.desk().cue('q1');
  server.kill('supervisor');
  await server.exited;
  const { clock } = place.files;
  writeFileSync(clock, JSON.stringify({ ...JSON.parse(readFileSync(clock, 'utf8')), bootId: 'another-boot' }));
  set(-5_000);
  const again = await startServer({ place, show: null, mode: null, edges: 1, env });
  expect(await again.desk().cue('q1')).toMatchObject({ intake: 'open', closesAtMs });
  const { alarms, serverNowMs } = await again.desk().vitals();
  expect(alarms).toContainEqual(expect.objectContaining({ code: 'anchor-lost' }));
  expect(serverNowMs - Date.now(), 'by the wall clock').toBeLessThan(-3_000);
});
