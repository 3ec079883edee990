/** What is under way in the very moment in which core time is set, or after which the machine had slept. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { CoreToEdge, EdgeToCore } from '../../shared/protocol/backplane.ts';
import { clockedServer, give } from './testing/clocked-server.ts';
import type { Place } from './testing/place.ts';
import { TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const HOUR_MS = 3_600_000;

/** Hears what the core tells its edges, as one more of them. */
async function eavesdrop(place: Place): Promise<CoreToEdge[]> {
  const names = readdirSync(place.temp, { recursive: true, encoding: 'utf8' });
  const path = join(place.temp, names.find((name) => name.endsWith('backplane.sock')) ?? '');
  const socket = new WebSocket('ws://core/', { createConnection: () => connect(path) });
  onTestFinished(() => socket.terminate());
  const heard: CoreToEdge[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as CoreToEdge));
  await new Promise((resolve) => socket.on('open', resolve));
  const hello: Partial<EdgeToCore> = { t: 'hello', edgeId: 'edge-9', edgeEpoch: 'x', pid: process.pid, orders: [] };
  socket.send(JSON.stringify(hello));
  await until(() => heard.some(({ t }) => t === 'runs'), { what: 'an edge is told how things stand' });
  return heard;
}

test.skipIf(process.platform === 'win32')(
  'edges are told that core time was set, or that the machine slept, before they are told of the next poll',
  { timeout: TEST_MS },
  async () => {
    const { place, server, set } = await clockedServer(0);
    const desk = server.desk();
    const heard = await eavesdrop(place);
    const told = () => heard.flatMap((message) => (message.t === 'clock' ? [message.byMs] : []));
    set(-HOUR_MS);
    for (const type of ['cue.arm', 'cue.go']) {
      await until(async () => (await give(desk, { type, target: 'q1' })).status === 'accepted', { what: type });
    }
    const isOpen = (message: CoreToEdge) =>
      message.t === 'runs' && message.rules.some(({ intake }) => intake === 'open');
    await until(() => heard.some(isOpen), { what: 'the edge is told of the open poll' });
    const large = (message: CoreToEdge) => message.t === 'clock' && Math.abs(message.byMs + HOUR_MS) < 1_000;
    expect(heard.findIndex(large)).toBeGreaterThanOrEqual(0);
    expect(heard.findIndex(large)).toBeLessThan(heard.findIndex(isOpen));
    set(-HOUR_MS, 20_000);
    await until(() => told().some((byMs) => Math.abs(byMs - 20_000) < 1_000), {
      what: 'the edge is told of the sleep',
    });
  },
);

const MOMENTS: [string, number, boolean][] = [
  ['back by nine seconds', -9_100, false],
  ['on by nine seconds', 9_100, false],
  ['back by an hour', -HOUR_MS, false],
  ['back by nine seconds, and the core dies right after', -9_100, true],
];

test.for(MOMENTS)(
  'who presses in the moment in which the clock is set %s is heard, and who pressed long before is not',
  {
    timeout: TEST_MS,
  },
  async ([, byMs, isCoreKilled], { skip }) => {
    const { server, set } = await clockedServer(0);
    const desk = server.desk();
    // A desk's clock goes on with what it heard last.
    const heard = { coreMs: (await desk.vitals()).serverNowMs, atMs: performance.now() };
    const stamp = () => Math.round(heard.coreMs + performance.now() - heard.atMs);
    set(byMs);
    const setAtMs = performance.now();
    await until(async () => Math.abs((await desk.vitals()).serverNowMs - stamp() - byMs) < 1_000, {
      what: 'core time is the wall’s',
    });
    if (isCoreKilled) {
      const seen = server.events.length;
      server.kill('core');
      await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
      await until(() => server.desk().vitals(), { what: 'the core is back', isQuiet: true });
    }
    const press = (agoMs: number) => server.desk().send({ type: 'show.control', clientTimeMs: stamp() - agoMs });
    expect((await press(2_500)).body).toMatchObject({ status: 'refused', code: 'too-old' });
    const { body } = await press(0);
    if (performance.now() - setAtMs > 2_500) skip('this machine is too slow: by now every desk would have heard');
    expect(body).toMatchObject({ status: 'accepted' });
    // What the core tells now counts at once.
    expect(await give(server.desk(), { type: 'show.control' })).toMatchObject({ status: 'accepted' });
  },
);

test('a poll ends when the audience’s time is over, though the machine slept through most of it', {
  timeout: TEST_MS,
}, async () => {
  const { server, set } = await clockedServer(0);
  const desk = server.desk();
  for (const type of ['cue.arm', 'cue.go']) {
    expect(await give(desk, { type, target: 'q1' })).toMatchObject({ status: 'accepted' });
  }
  const goneMs = performance.now();
  const { openedAtMs = 0, closesAtMs } = await desk.cue('q1');
  set(0, 50_000);
  await server.waitFor('alarm', { match: ({ code }) => code === 'suspended' });
  expect((await desk.vitals()).serverNowMs).toBeGreaterThanOrEqual(openedAtMs + 50_000);
  expect((await desk.waitForIntake('q1', 'verified')).closesAtMs).toBe(closesAtMs);
  const tookMs = performance.now() - goneMs;
  expect(tookMs, 'ten of its sixty seconds were left').toBeGreaterThan(9_000);
  expect(tookMs, 'and not the whole of them').toBeLessThan(60_000);
});
