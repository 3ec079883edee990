/** What nobody thought of must not end the parts. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { adopt } from './adopter.test-part.ts';
import { alive, Place, until } from './server-run.test-part.ts';

test('a fault of the supervisor is logged and told once, and core and edges live on', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  for (let n = 1; n <= 3; n++) {
    server.child.kill('SIGUSR2');
    await until(`fault ${n} is logged`, () => server.stderr.split('a fault of the supervisor').length > n);
  }
  expect(await server.event('alarm')).toMatchObject({
    code: 'supervisor-fault',
    message: expect.stringContaining('a fault that nobody thought of'),
  });
  expect(server.events().filter(({ event }) => event === 'alarm')).toHaveLength(1);
  expect(place.alarmsAtDesks().map(({ code }) => code)).toEqual(['supervisor-fault']);
  expect([pids.core, ...pids.edges].every(alive)).toBe(true);
  process.kill(pids.core, 'SIGKILL');
  expect((await server.event('restarted')).what).toBe('core');
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('an edge that can’t be started for want of file descriptors is tried until it can', async ({ skip }) => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  const limit = (descriptors: number) => {
    const args = ['--pid', String(pids.supervisor), `--nofile=${descriptors}:`];
    return spawnSync('prlimit', args).status === 0;
  };
  const open = readdirSync(`/proc/${pids.supervisor}/fd`).length;
  if (!limit(8)) skip('descriptors can’t be taken from a running process here (prlimit)');
  expect(open).toBeGreaterThan(8);
  process.kill(pids.edges[0] ?? 0, 'SIGKILL');
  const tries = () => server.stderr.split("can't be started: spawn").length - 1;
  await until('it was tried in vain more than once', () => tries() > 1);
  expect(place.edgeInits('edge-1')).toHaveLength(1);
  limit(1_024);
  expect((await server.event('restarted')).what).toBe('edge');
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('an app that does not read what it is told does not hold up the end', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const adopter = adopt(place, false);
  await adopter.reply('welcome');
  adopter.socket.pause();
  // More than the system keeps for a socket that nobody reads.
  for (let ref = 0; ref < 2_000; ref++) adopter.say({ t: 'status', ref });
  adopter.say({ t: 'stop' });
  expect(await server.exited).toBe(0);
});
