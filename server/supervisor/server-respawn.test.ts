import { utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { alive, Place, until } from './server-run.test-part.ts';

test('a killed core comes back on the same port with the same tokens, keys and unused codes, and nothing is imported again', async () => {
  const place = new Place();
  const server = place.start(['--mode', 'live']);
  const ready = await server.ready();
  process.kill(ready.pids.core, 'SIGKILL');
  const restarted = await server.event('restarted');
  expect(restarted.what).toBe('core');
  expect(restarted.pids).toEqual({ ...ready.pids, core: expect.any(Number) });
  expect(restarted.pids.core).not.toBe(ready.pids.core);
  expect(alive(restarted.pids.core)).toBe(true);
  const [first, second] = place.coreInits();
  expect(second).toEqual({
    ...first,
    deskPort: Number(new URL(ready.deskUrl).port),
    audienceUrl: ready.audienceUrl,
    edgesWhy: ready.edgesWhy,
    mode: null,
    codes: [expect.objectContaining({ code: new URL(ready.deskUrl).hash.replace('#code=', '') })],
    epoch: expect.any(Number),
    alarms: [{ id: expect.any(String), code: 'core-died', message: expect.stringContaining('SIGKILL') }],
  });
});

test('a killed edge comes back on the port its siblings have', async () => {
  const place = new Place();
  const server = place.start(['--edges', '2']);
  const ready = await server.ready();
  process.kill(ready.pids.edges[0] ?? 0, 'SIGKILL');
  const restarted = await server.event('restarted');
  expect(restarted.what).toBe('edge');
  expect(restarted.pids.edges[1]).toBe(ready.pids.edges[1]);
  expect(place.edgeInits('edge-1').at(-1)?.port).toBe(Number(new URL(ready.audienceUrl).port));
});

test('a part that is stopped, so that it says nothing and serves nobody, is killed and started again', async () => {
  const place = new Place();
  const server = place.start();
  const ready = await server.ready();
  const stopped = ready.pids.edges[0] ?? 0;
  process.kill(stopped, 'SIGSTOP');
  const restarted = await server.event('restarted');
  expect(restarted.what).toBe('edge');
  expect(alive(stopped)).toBe(false);
});

test('a part that keeps dying raises an alarm with its last words, is still started again, and recovers', async () => {
  const place = new Place();
  const server = place.start();
  const ready = await server.ready();
  place.habit('core', 'crashes');
  process.kill(ready.pids.core, 'SIGKILL');
  const alarm = await server.event('alarm');
  expect(alarm.code).toBe('core-keeps-dying');
  expect(alarm.message).toContain('core says its last words');
  expect(alarm.message).toContain('ended with code 3');
  place.habit('core', 'good');
  expect((await server.event('restarted')).what).toBe('core');
});

test('a part that says that starting again is no use ends the server with its sentence and code 1', async () => {
  const place = new Place();
  place.habit('core', 'fatal');
  const server = place.start();
  expect(await server.exited).toBe(1);
  expect(server.events()).toEqual([
    { event: 'alarm', code: 'newer-file', message: 'The journal was written by a newer version.', part: 'core' },
    { event: 'stopped', code: 1 },
  ]);
});

test.for(['core', 'edge-1'])(
  'where %s ends each time before anything runs, the server ends after its third try and says why',
  async (part) => {
    const place = new Place();
    place.habit(part, 'crashes');
    const server = place.start();
    expect(await server.exited).toBe(1);
    const what = part === 'core' ? 'core' : 'edge';
    const last = server.events().slice(-2);
    expect(last).toMatchObject([
      { event: 'alarm', code: `${what}-cannot-start` },
      { event: 'stopped', code: 1 },
    ]);
    expect(last[0]).toMatchObject({ message: expect.stringContaining(`${part} says its last words`) });
    expect(server.stderr.split(`ended with code 3`).length).toBeGreaterThan(3);
    expect(part === 'core' ? place.coreInits() : place.edgeInits(part)).toHaveLength(3);
  },
);

test('in a show a core that says so is tried again until it can start, and the audience keeps its edges', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  place.habit('core', 'fatal');
  process.kill(pids.core, 'SIGKILL');
  await until('it was tried in vain more than once', () => place.coreInits().length > 3);
  const alarms = server.events().filter((event) => event.event === 'alarm' && event.code === 'newer-file');
  expect(alarms).toEqual([
    {
      event: 'alarm',
      code: 'newer-file',
      message: "The core can't start, and is tried again: The journal was written by a newer version.",
      part: 'core',
    },
  ]);
  place.habit('core', 'good');
  expect((await server.event('restarted')).pids.edges).toEqual(pids.edges);
  expect(pids.edges.every(alive)).toBe(true);
  expect(place.alarmsAtDesks().map(({ code }) => code)).toContain('newer-file');
});

test('a successor that says so ends the restart of the edges and nothing else', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  place.habit('edge-1', 'fatal');
  server.child.kill('SIGHUP');
  await until('the desks were told', () => place.alarmsAtDesks().some(({ code }) => code === 'edges-not-restarted'));
  expect([pids.core, ...pids.edges].every(alive)).toBe(true);
  expect(server.child.exitCode).toBe(null);
});

test('the parts of a killed server are ended by the next one on the same data folder, before it opens the same ports', async () => {
  const place = new Place();
  const first = place.start(['--edges', '2']);
  const { pids, audienceUrl } = await first.ready();
  // Stopped parts don't notice that their supervisor is gone, as edges on purpose don't for a while.
  for (const edge of pids.edges) process.kill(edge, 'SIGSTOP');
  first.child.kill('SIGKILL');
  await first.exited;
  const second = place.start(['--audience-port', new URL(audienceUrl).port, '--edges', '2']);
  await second.ready();
  expect([pids.core, ...pids.edges].filter(alive)).toEqual([]);
});

test('reading its output is nobody’s duty: it lives on when the reader has left', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  server.child.stdout?.destroy();
  server.child.stderr?.destroy();
  process.kill(pids.core, 'SIGKILL');
  await until('the core was started again', () => place.coreInits().length === 2);
  process.kill(pids.edges[0] ?? 0, 'SIGKILL');
  await until('the edge was started again', () => place.edgeInits('edge-1').length === 2);
  expect(alive(pids.supervisor)).toBe(true);
});

test('with --watch a part whose source is saved starts again on its port, and that is no failure', async () => {
  const place = new Place();
  const server = place.start(['--watch', '--mode', 'live']);
  const ready = await server.ready();
  utimesSync(fileURLToPath(new URL('../core/main.ts', import.meta.url)), new Date(), new Date());
  const restarted = await server.event('restarted');
  expect(restarted.what).toBe('core');
  expect(restarted.pids.core).not.toBe(ready.pids.core);
  expect(place.heard('core').map(({ t }) => t)).toContain('stop');
  expect(place.coreInits().at(-1)).toMatchObject({ deskPort: Number(new URL(ready.deskUrl).port), mode: null });
});

test('with --watch each edge whose source is saved starts again in its place, one after the other', async () => {
  const place = new Place();
  const server = place.start(['--watch', '--edges', '2']);
  const ready = await server.ready();
  utimesSync(fileURLToPath(new URL('../edge/main.ts', import.meta.url)), new Date(), new Date());
  const [first, second] = await until('both were started again', () => {
    const restarts = server.events().flatMap((event) => (event.event === 'restarted' ? [event.pids.edges] : []));
    return restarts.length === 2 && restarts;
  });
  expect(first).toEqual([expect.any(Number), ready.pids.edges[1]]);
  expect(second).toEqual([first?.[0], expect.any(Number)]);
  expect(ready.pids.edges.filter(alive)).toEqual([]);
  expect(place.heard('edge-2').map(({ t }) => t)).toEqual(['init', 'stop', 'init']);
});
