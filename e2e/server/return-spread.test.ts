/** The fuller an edge is, the longer its viewers take to come back if it dies: they are told so while it lives. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import type { EdgeToCore } from '../../shared/protocol/backplane.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const FULL = 17_000;

test('viewers hear of a longer way back once an edge carries thousands', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 1 });
  const desk = server.desk();
  const viewer = await WsViewer.arrive({ audienceUrl: server.audienceUrl });
  expect(viewer.state?.hints.jitterMs).toBe(3_000);

  const [folder = ''] = place.tempFiles().filter((name) => name.startsWith('tallyroom-'));
  const full = new WebSocket('ws://core/', {
    createConnection: () => connect(join(place.temp, folder, 'backplane.sock')),
  });
  const say = (message: Partial<EdgeToCore>) => full.send(JSON.stringify(message));
  await new Promise((resolve) => full.once('open', resolve));
  say({ t: 'hello', edgeId: 'edge-full', edgeEpoch: 'x', pid: process.pid, orders: [] });
  // It leaves, so that the show does not wait for its word.
  say({ t: 'heartbeat', ready: false, retired: true, ws: FULL, sse: 0, poll: 0, unflushed: {} });
  await until(async () => (await desk.vitals()).edges.some(({ ws }) => ws === FULL), { what: 'the core counts them' });

  await desk.air('q1');
  await until(() => viewer.state?.hints.jitterMs === 12_000, { what: 'the longer way back is told' });
  full.terminate();
  expect(await server.stop()).toBe(0);
});
