/** No disk, no file and no stream of ours is worth a show: the server goes on, says so, and writes it down when it can. */
import { openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alive, Place, until } from './server-run.test-part.ts';
import { smallDisk } from './small-disk.test-part.ts';

const lockedParts = (place: Place): number[] =>
  JSON.parse(readFileSync(join(place.data, 'lock'), 'utf8')).parts.map(({ pid }: { pid: number }) => pid);

test('with the data folder full, killed parts come back, edges are restarted, and it says goodbye with code 0', async (context) => {
  const disk = smallDisk(context);
  const place = new Place(join(disk.dir, 'data'));
  const server = place.start(['--edges', '2']);
  const { pids } = await server.ready();
  disk.fill();
  process.kill(pids.edges[0] ?? 0, 'SIGKILL');
  expect((await server.event('restarted')).what).toBe('edge');
  process.kill(pids.core, 'SIGKILL');
  await until('the core is back', () => place.coreInits().length === 2);
  server.child.kill('SIGHUP');
  await until('both edges were restarted', () => place.edgeInits('edge-2').length === 2);
  await until('the last predecessor has left', () => !alive(pids.edges[1] ?? 0));
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.events().at(-1)).toEqual({ event: 'stopped', code: 0 });
  expect(place.heard('edge-1').at(-1)).toEqual({ t: 'stop' });
  expect(place.heard('core').at(-1)).toEqual({ t: 'stop' });
  disk.free();
  // The folder is free, and nothing of the last server is in the way.
  await place.start().ready();
});

test('what a full disk did not take is one alarm, at every desk too, and is written once there is room', async (context) => {
  const disk = smallDisk(context);
  const place = new Place(join(disk.dir, 'data'));
  const server = place.start(['--edges', '2']);
  const { pids } = await server.ready();
  disk.fill();
  for (const pid of pids.edges) process.kill(pid, 'SIGKILL');
  const alarm = await server.event('alarm');
  expect(alarm).toMatchObject({ code: 'supervisor-storage', message: expect.stringContaining('ENOSPC') });
  await until('both are back', () => server.events().filter(({ event }) => event === 'restarted').length === 2);
  const restarted = server.events().findLast((event) => event.event === 'restarted');
  await until('the desks were told', () => place.alarmsAtDesks().some(({ code }) => code === 'supervisor-storage'));
  disk.free();
  const parts = [pids.core, ...((restarted?.event === 'restarted' && restarted.pids.edges) || [])];
  await until('the pids of now are noted', () => lockedParts(place).toString() === parts.toString());
  await until('the log has what happened meanwhile', () =>
    readFileSync(join(place.data, 'logs/tallyroom.log'), 'utf8').includes('supervisor-storage'),
  );
  expect(server.events().filter(({ event }) => event === 'alarm')).toHaveLength(1);
  expect(place.alarmsAtDesks().filter(({ code }) => code === 'supervisor-storage')).toHaveLength(1);
});

test('a data folder that is full from the start is refused with a sentence, and nothing is started', async (context) => {
  const disk = smallDisk(context);
  disk.fill();
  const place = new Place(join(disk.dir, 'data'));
  const server = place.start();
  expect(await server.exited).toBe(1);
  expect(server.stderr).toMatch(/^The data folder .* can't be used \(ENOSPC.*--data\.$/m);
  expect(place.heard('core')).toEqual([]);
});

test('a folder for temporary files that can’t be used is refused with a sentence', async () => {
  const place = new Place();
  rmSync(place.temp, { recursive: true });
  const server = place.start();
  expect(await server.exited).toBe(1);
  expect(server.events()[0]).toMatchObject({ event: 'alarm', code: 'runtime-folder' });
  expect(server.stderr).toContain('TMPDIR');
});

test.skipIf(process.platform !== 'linux')('standard output and error on a full disk end nothing', async () => {
  const place = new Place();
  const server = place.start([], { output: openSync('/dev/full', 'w') });
  await until('it is ready', () => {
    try {
      return place.runFile();
    } catch {
      return null;
    }
  });
  const [edge] = lockedParts(place).slice(1);
  process.kill(edge ?? 0, 'SIGKILL');
  await until('the edge was started again', () => place.edgeInits('edge-1').length === 2);
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('a folder for its sockets that somebody removed is there again for the next core', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  const [first] = place.coreInits();
  rmSync(first?.runtimeDir ?? '', { recursive: true });
  process.kill(pids.core, 'SIGKILL');
  await server.event('restarted');
  const dir = statSync(place.coreInits().at(-1)?.runtimeDir ?? '');
  expect(dir.isDirectory() && dir.mode & 0o777).toBe(0o700);
});
