/** What every desk must hear about the parts, whichever core is there to tell it. */
import { expect, test } from 'vitest';
import { Place, until } from './server-run.test-part.ts';

const codes = (place: Place) => place.alarmsAtDesks().map(({ code }) => code);

test('a killed edge is told to the core: which, how it ended, and that it comes again', async () => {
  const place = new Place();
  const server = place.start(['--edges', '2']);
  const { pids } = await server.ready();
  process.kill(pids.edges[1] ?? 0, 'SIGKILL');
  await server.event('restarted');
  await until('the core was told', () => place.alarmsAtDesks().length > 0);
  expect(place.alarmsAtDesks()).toEqual([
    { id: expect.any(String), code: 'edge-died', message: 'The edge-2 was ended by SIGKILL. It is started again.' },
  ]);
  // `restarted` says it to whoever reads standard output.
  expect(server.events().map(({ event }) => event)).toEqual(['ready', 'restarted']);
});

test('an edge that stood still is told to have done so', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  process.kill(pids.edges[0] ?? 0, 'SIGSTOP');
  await server.event('restarted');
  await until('the core was told', () => place.alarmsAtDesks().length > 0);
  expect(place.alarmsAtDesks()[0]?.message).toContain('stood still');
});

test('a killed core is told by the next one, and by every one after it until one has taken the alarm', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  process.kill(pids.core, 'SIGKILL');
  const second = await server.event('restarted');
  const [, init] = place.coreInits();
  expect(init?.alarms).toEqual([
    { id: expect.any(String), code: 'core-died', message: 'The core was ended by SIGKILL. It is started again.' },
  ]);
  place.habit('core', 'takes alarms');
  process.kill(second.pids.core, 'SIGKILL');
  const third = await until('the third core', () =>
    server
      .events()
      .flatMap((e) => (e.event === 'restarted' && e.pids.core !== second.pids.core ? [e.pids.core] : []))
      .at(0),
  );
  expect(place.coreInits()[2]?.alarms[0]).toEqual(init?.alarms[0]);
  expect(place.coreInits()[2]?.alarms.map(({ code }) => code)).toEqual(['core-died', 'core-died']);
  process.kill(third, 'SIGKILL');
  await until('the fourth core', () => place.coreInits().length === 4);
  expect(place.coreInits()[3]?.alarms.map(({ code }) => code)).toEqual(['core-keeps-dying']);
});

test('a part that keeps dying is said to once, however long that goes on', async () => {
  const place = new Place();
  const server = place.start();
  const { pids } = await server.ready();
  place.habit('edge-1', 'crashes');
  process.kill(pids.edges[0] ?? 0, 'SIGKILL');
  await until('it has died many times', () => place.edgeInits('edge-1').length > 7);
  expect(codes(place)).toEqual(['edge-died', 'edge-died', 'edge-keeps-dying']);
  expect(server.events().filter(({ event }) => event === 'alarm').length).toBeGreaterThan(1);
});

test('edges that are restarted on purpose raise nothing; a restart that fails does', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  server.child.kill('SIGHUP');
  await server.event('restarted');
  expect(codes(place)).toEqual([]);
  place.habit('edge-1', 'crashes');
  const isOver = () => place.heard('core').at(-1);
  await until('the first restart is over', () => isOver()?.t === 'edges');
  server.child.kill('SIGHUP');
  await until('the desks were told', () => codes(place).includes('edges-not-restarted'));
});
