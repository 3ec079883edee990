/** SIGTERM while ballots are under way: receipts first, then the goodbyes, and everything is over within ten seconds. */
import { expect, test } from 'vitest';
import { audienceCall, HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const STOP_MS = 10_000;
const times = { durationMs: 600_000, graceMs: 500 };

test('a core that answers late keeps the goodbyes waiting, and no ballot loses its receipt', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show([poll('q1', times)]), mode: 'live', edges: 1 });
  const { audienceUrl } = server;
  const [voting, idle] = await Promise.all([WsViewer.arrive({ audienceUrl }), WsViewer.arrive({ audienceUrl })]);
  const http = await HttpViewer.arrive({ audienceUrl });
  await server.desk().air('q1');
  await until(() => voting.state?.poll?.intake === 'open', { what: 'the poll is open' });
  server.kill('core', 'SIGSTOP');
  const ballot = voting.vote('q1', ['a']);
  const overHttp = http.vote('q1', ['b']);
  // The edge has taken both: a pong comes behind the ballot on the same socket.
  voting.send({ t: 'ping' });
  await until(() => voting.framesOf('pong').length > 0, { what: 'the edge has read the ballot' });
  // So has a call that was made after the other ballot's.
  await audienceCall(`${audienceUrl}/healthz`);
  server.kill('supervisor', 'SIGTERM');
  await until(() => idle.framesOf('bye').length > 0, { what: 'who waits for nothing has their bye' });
  expect(voting.framesOf('bye')).toEqual([]);
  server.kill('core', 'SIGCONT');
  await until(() => server.hasExited, { what: 'the server has ended', withinMs: STOP_MS });
  expect(server.exitCode).toBe(0);
  await until(() => voting.closes.length > 0, { what: 'the voter has lost their socket' });
  expect(ballot.receipts.map(({ status }) => status)).toEqual(['accepted']);
  expect(voting.frames.slice(-2).map(({ t }) => t)).toEqual(['receipt', 'bye']);
  expect((await overHttp).receipts.map(({ status }) => status)).toEqual(['accepted']);
});

test('with a core that answers nothing any more it ends within ten seconds all the same, and everybody has their bye', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show([poll('q1', times)]), mode: 'live', edges: 2 });
  const viewer = await WsViewer.arrive({ audienceUrl: server.audienceUrl });
  await server.desk().air('q1');
  await until(() => viewer.state?.poll?.intake === 'open', { what: 'the poll is open' });
  server.kill('core', 'SIGSTOP');
  viewer.vote('q1', ['a']);
  viewer.send({ t: 'ping' });
  await until(() => viewer.framesOf('pong').length > 0, { what: 'the edge has read the ballot' });
  server.kill('supervisor', 'SIGTERM');
  await until(() => server.hasExited, { what: 'the server has ended', withinMs: STOP_MS });
  expect(viewer.framesOf('bye')).toHaveLength(1);
  expect(place.processes()).toEqual([]);
});
