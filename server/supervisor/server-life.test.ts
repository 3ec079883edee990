import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, Place, until } from './server-run.test-part.ts';

const portOf = (url: string) => Number(new URL(url).port);
const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

test('says ready once core and all edges are, with one audience port for the edges', async () => {
  const place = new Place();
  const server = place.start(['--edges', '3']);
  const ready = await server.ready();
  expect(server.events()).toHaveLength(1);
  expect(ready.pids.supervisor).toBe(server.child.pid);
  expect(ready.pids.edges).toHaveLength(3);
  expect([ready.pids.core, ...ready.pids.edges].every(alive)).toBe(true);
  const port = portOf(ready.audienceUrl);
  expect(place.edgeInits('edge-1').map((init) => init.port)).toEqual([0]);
  expect(place.edgeInits('edge-2').map((init) => init.port)).toEqual([port]);
  expect(await answers(port)).toBe(true);
  expect(await answers(portOf(ready.deskUrl))).toBe(true);
  expect(ready.deskToken).toBe(ready.deskTokens.owner);
  expect(new Set(Object.values(ready.deskTokens)).size).toBe(5);
});

test('the desk address carries a one-time code that the core knows, and the core is told where viewers are', async () => {
  const place = new Place();
  const ready = await place.start().ready();
  const told = place.heard('core');
  const code = new URL(ready.deskUrl).hash.replace('#code=', '');
  expect(code.length).toBeGreaterThan(20);
  expect(told).toContainEqual({ t: 'code', code: expect.objectContaining({ code, roles: ['owner'] }) });
  expect(told).toContainEqual(expect.objectContaining({ t: 'audience', audienceUrl: ready.audienceUrl }));
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends everything with code 0 and leaves nothing', async (signal) => {
  const place = new Place();
  const server = place.start(['--edges', '2']);
  const { pids } = await server.ready();
  expect(statSync(join(place.data, 'run.json')).mode & 0o777).toBe(0o600);
  server.child.kill(signal);
  expect(await server.exited).toBe(0);
  expect(server.events().at(-1)).toEqual({ event: 'stopped', code: 0 });
  expect([pids.core, ...pids.edges].filter(alive)).toEqual([]);
  expect(readdirSync(place.temp)).toEqual([]);
  expect(existsSync(join(place.data, 'run.json'))).toBe(false);
  expect(existsSync(join(place.data, 'lock'))).toBe(false);
});

test('edges are told to leave before the core, and a part that stays is killed', async () => {
  const place = new Place();
  place.habit('edge-1', 'stays');
  const server = place.start();
  const { pids } = await server.ready();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(alive(pids.edges[0] ?? 0)).toBe(false);
  expect(server.stderr).toContain("doesn't leave and gets killed");
  expect(place.heard('core').at(-1)).toEqual({ t: 'stop' });
});

test('a signal before the server is ready ends it too', async () => {
  const place = new Place();
  place.habit('edge-1', 'crashes');
  const server = place.start();
  await until('the edge was started', () => place.heard('edge-1').length > 0);
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.events()).toEqual([{ event: 'stopped', code: 0 }]);
  expect(readdirSync(place.temp)).toEqual([]);
});

test('without --json it speaks in sentences', async () => {
  const place = new Place();
  const server = place.start([], { json: false });
  await expect.poll(() => server.stdout, { timeout: 10_000 }).toContain('The desk is open at http://127.0.0.1:');
  expect(server.stdout).toContain('#code=');
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.stdout).toContain('Stopped.');
});

test('logs go to the data folder and to standard error, with the name of the part', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  expect(readdirSync(join(place.data, 'logs'))).toContain('tallyroom.log');
  expect(server.stderr).toContain('"from":"supervisor"');
});

test('what killed servers did not get to put in its place is removed at the next start, and nothing else', async () => {
  const place = new Place();
  mkdirSync(place.data);
  const left = [
    'lock.0a1b2c3d-0000-4000-8000-0123456789ab',
    ...['lock', 'run.json', 'keys.json', 'clock.json', 'orders.json'].map((name) => `${name}.4711.tmp`),
  ];
  const others = ['lock.txt', 'keys.json.old', 'keys.json.tmp', 'show.json.4711.tmp', 'journal.db.4711.tmp.bak'];
  for (const name of [...left, ...others]) writeFileSync(join(place.data, name), 'x');
  await place.start().ready();
  const names = readdirSync(place.data);
  expect(names.filter((name) => left.includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(others));
});

test('a server that is refused because another one runs here removes nothing of it', async () => {
  const place = new Place();
  await place.start().ready();
  const name = 'keys.json.4711.tmp';
  writeFileSync(join(place.data, name), 'x');
  expect(await place.start().exited).toBe(1);
  expect(readdirSync(place.data)).toContain(name);
});
