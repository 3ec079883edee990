/** What outlives a core, and what outlives a supervisor: held orders, the epoch, and what core time hangs on. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rawMs } from '../../shared/domain/time.ts';
import type { ClockAnchor, CoreInit, PartToSupervisor } from '../../shared/protocol/process.ts';
import { monotonicNow } from '../process/clocks.ts';
import { bootId } from '../process/process-identity.ts';
import { Place, type ServerRun, until } from './server-run.test-part.ts';
import { smallDisk } from './small-disk.test-part.ts';

type Orders = Extract<PartToSupervisor, { t: 'orders' }>['orders'];
const wallSeconds = () => Math.floor(Date.now() / 1_000);
const anchorNow = (): ClockAnchor => ({
  bootId: bootId(),
  coreMs: 1_790_000_000_000,
  monotonicMs: rawMs(monotonicNow()),
  uptimeMs: 1,
});
const ordersOf = (actor: string): Orders => [
  {
    epoch: 7,
    command: { id: randomUUID(), type: 'show.clear', clientTimeMs: 1 } as Orders[number]['command'],
    runId: null,
    actor,
    roles: ['owner'],
    source: 'desk',
    atMs: 1_790_000_000_000,
  },
];

const storedEpoch = (place: Place) => JSON.parse(readFileSync(join(place.data, 'keys.json'), 'utf8')).epoch;
const storedAnchor = (place: Place) => JSON.parse(readFileSync(join(place.data, 'clock.json'), 'utf8')).anchor;
/** The folder holds a show; the stand-in for a core keeps none. */
const keepShow = (place: Place) => writeFileSync(join(place.data, 'journal.db'), '');

function keepAShowAnd(place: Place, orders: Orders): void {
  place.habit('core', { says: [{ t: 'orders', orders }] });
  mkdirSync(place.data, { recursive: true });
  keepShow(place);
}

/** Kills the core; answers what the next one was told. */
async function nextInit(place: Place, server: ServerRun): Promise<CoreInit> {
  const lives = place.coreInits().length;
  const told = server.events().findLast((event) => event.event === 'ready' || event.event === 'restarted');
  process.kill(told?.event === 'ready' || told?.event === 'restarted' ? told.pids.core : 0, 'SIGKILL');
  return until('the next core', () => place.coreInits()[lives]);
}

async function end(server: ServerRun, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  server.child.kill(signal);
  await server.exited;
}

test('the next core gets the orders, an epoch above the last one’s, and the anchor, each as last told', async () => {
  const place = new Place();
  const epoch = wallSeconds() + 5_000;
  const anchor = anchorNow();
  const last = ordersOf('last');
  place.habit('core', {
    says: [
      { t: 'orders', orders: ordersOf('first') },
      { t: 'epoch', epoch },
      { t: 'anchor', anchor: { ...anchor, coreMs: 1 } },
      { t: 'orders', orders: last },
      { t: 'anchor', anchor },
    ],
  });
  const server = place.start();
  await server.ready();
  expect(place.coreInits()[0]).toMatchObject({ orders: [], anchor: null, anchorLost: null, alarms: [] });
  expect(await nextInit(place, server)).toMatchObject({
    orders: last,
    epoch: epoch + 1,
    anchor,
    anchorLost: null,
  });
  await until(
    'epoch and anchor are stored',
    () => storedEpoch(place) === epoch && storedAnchor(place).coreMs === anchor.coreMs,
  );
  const { pids } = await server.ready();
  const lives = place.edgeInits('edge-1').length;
  process.kill(pids.edges[0] ?? 0, 'SIGKILL');
  const edgeInit = await until('the next edge', () => place.edgeInits('edge-1')[lives]);
  expect(edgeInit.anchor, 'an edge that is there before the core goes on with its time').toEqual(anchor);
  expect(statSync(join(place.data, 'clock.json')).mode & 0o777).toBe(0o600);
});

test('an epoch is at least the wall clock’s seconds, and never given twice, also to a core that died before it told its own', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  const first = place.coreInits()[0]?.epoch ?? 0;
  expect(first).toBeGreaterThanOrEqual(wallSeconds() - 60);
  expect((await nextInit(place, server)).epoch).toBeGreaterThan(first);
});

test('the epoch outlives the supervisor and a new show, whatever the wall clock says', async () => {
  const place = new Place();
  const epoch = wallSeconds() + 86_400;
  place.habit('core', { says: [{ t: 'epoch', epoch }] });
  const first = place.start();
  await first.ready();
  await until('it is stored', () => storedEpoch(place) === epoch);
  await end(first, 'SIGKILL');
  place.habit('core', 'good');
  const show = join(place.root, 'show.json');
  writeFileSync(show, '{"title":"Finale","cues":[]}');
  keepShow(place);
  await place.start(['--show', show, '--new-show']).ready();
  expect(place.coreInits().at(-1)).toMatchObject({ newShow: true, epoch: epoch + 1 });
});

test.skipIf(bootId() === null)('a supervisor after a crash takes the anchor on; a new show needs none', async () => {
  const place = new Place();
  const anchor = anchorNow();
  place.habit('core', { says: [{ t: 'anchor', anchor }] });
  const first = place.start();
  await first.ready();
  await until('the anchor is stored', () => storedAnchor(place));
  keepShow(place);
  await end(first, 'SIGKILL');
  place.habit('core', 'good');
  const second = place.start();
  await second.ready();
  expect(place.coreInits().at(-1)).toMatchObject({ anchor, anchorLost: null });
  await end(second, 'SIGTERM');
  const show = join(place.root, 'show.json');
  writeFileSync(show, '{"title":"Finale","cues":[]}');
  await place.start(['--show', show, '--new-show']).ready();
  expect(place.coreInits().at(-1)).toMatchObject({ newShow: true, anchor: null, anchorLost: null });
});

test('a damaged clock.json costs the anchor, says so to the core, and is written anew', async () => {
  const place = new Place();
  const first = place.start();
  await first.ready();
  await end(first, 'SIGTERM');
  keepShow(place);
  writeFileSync(join(place.data, 'clock.json'), 'half a wor');
  place.habit('core', { says: [{ t: 'anchor', anchor: anchorNow() }] });
  const second = place.start();
  await second.ready();
  expect(place.coreInits().at(-1)).toMatchObject({ anchor: null, anchorLost: expect.stringContaining('clock.json') });
  await until('it is written anew', () => storedAnchor(place));
  expect(await nextInit(place, second)).toMatchObject({ anchor: expect.any(Object), anchorLost: null });
});

test('an epoch that can’t be stored is an alarm, and stored once it can be', async () => {
  const place = new Place();
  const first = place.start();
  await first.ready();
  const keys = readFileSync(join(place.data, 'keys.json'), 'utf8');
  writeFileSync(join(place.data, 'keys.json'), 'not keys');
  place.habit('core', { says: [{ t: 'epoch', epoch: 9_000_000_000 }] });
  await nextInit(place, first);
  expect(await first.event('alarm')).toMatchObject({
    code: 'supervisor-storage',
    message: expect.stringContaining('keys.json'),
  });
  writeFileSync(join(place.data, 'keys.json'), keys);
  await until('it is stored', () => storedEpoch(place) === 9_000_000_000);
});

test.skipIf(process.platform === 'win32')(
  'a pipe in the place of keys.json is in nobody’s way, and the epoch is stored once the file is back',
  async () => {
    const place = new Place();
    const server = place.start();
    const { pids } = await server.ready();
    const path = join(place.data, 'keys.json');
    const keys = readFileSync(path, 'utf8');
    rmSync(path);
    // Whoever opened it to read would wait until somebody writes it.
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    place.habit('core', { says: [{ t: 'epoch', epoch: 9_000_000_000 }] });
    await nextInit(place, server);
    await server.event('restarted');
    process.kill(pids.edges[0] ?? 0, 'SIGKILL');
    await until('the edge is started again', () => place.edgeInits('edge-1')[1]);
    await until('people are told', () => server.events().some(({ event }) => event === 'alarm'));
    rmSync(path);
    writeFileSync(path, keys, { mode: 0o600 });
    await until('it is stored', () => statSync(path).isFile() && storedEpoch(place) === 9_000_000_000);
  },
);

const ordersPath = (place: Place) => join(place.data, 'orders.json');

test('orders outlive an orderly end too, are for this user only, and their file goes with the last of them', async () => {
  const place = new Place();
  const orders = ordersOf('producer');
  keepAShowAnd(place, orders);
  const first = place.start();
  await first.ready();
  await end(first, 'SIGTERM');
  expect(first.events().filter(({ event }) => event === 'alarm')).toEqual([]);
  expect(statSync(ordersPath(place)).mode & 0o777).toBe(0o600);
  place.habit('core', { says: [{ t: 'orders', orders: [] }] });
  const second = place.start();
  await second.ready();
  expect(place.coreInits().at(-1)?.orders).toEqual(orders);
  await until('they are held no longer', () => !existsSync(ordersPath(place)));
});

test('a new show has nothing to do with the orders of the old one', async () => {
  const place = new Place();
  keepAShowAnd(place, ordersOf('producer'));
  const first = place.start();
  await first.ready();
  await end(first, 'SIGTERM');
  place.habit('core', 'good');
  const show = join(place.root, 'show.json');
  writeFileSync(show, '{"title":"Finale","cues":[]}');
  await place.start(['--show', show, '--new-show']).ready();
  expect(place.coreInits().at(-1)).toMatchObject({ newShow: true, orders: [] });
  await until('they are gone', () => !existsSync(ordersPath(place)));
});

test('orders that can’t be read cost nobody the start, and every desk hears of it', async () => {
  const place = new Place();
  const orders = [{ ...ordersOf('producer')[0], roles: ['nobody'] }];
  const first = place.start();
  await first.ready();
  await end(first, 'SIGTERM');
  keepShow(place);
  writeFileSync(ordersPath(place), JSON.stringify({ version: 1, orders }));
  const second = place.start();
  await second.ready();
  const { code, message } = await second.event('alarm');
  expect([code, message]).toEqual(['orders-lost', expect.stringContaining('orders.json')]);
  expect(place.coreInits().at(-1)).toMatchObject({ orders: [], alarms: [{ code: 'orders-lost' }] });
});

test('a full disk takes the orders at an orderly end: what is removed then makes room for them', async (context) => {
  const disk = smallDisk(context);
  const place = new Place(join(disk.dir, 'data'));
  const orders = ordersOf('producer');
  const server = place.start();
  await server.ready();
  keepShow(place);
  disk.fill();
  place.habit('core', { says: [{ t: 'orders', orders }] });
  await nextInit(place, server);
  // The lock could not be written either. Whatever this core says comes before it is ready.
  await server.event('restarted');
  await server.event('alarm');
  expect(existsSync(ordersPath(place))).toBe(false);
  await end(server, 'SIGTERM');
  expect(server.events().at(-1)).toEqual({ event: 'stopped', code: 0 });
  disk.free();
  await place.start().ready();
  expect(place.coreInits().at(-1)?.orders).toEqual(orders);
});

test('orders that can’t be written down by the end are told at the end', async () => {
  const place = new Place();
  place.habit('core', { says: [{ t: 'orders', orders: ordersOf('producer') }] });
  const server = place.start();
  await server.ready();
  rmSync(ordersPath(place));
  mkdirSync(ordersPath(place));
  await nextInit(place, server);
  await server.event('restarted');
  await until('it was tried', () => server.events().some(({ event }) => event === 'alarm'));
  await end(server, 'SIGTERM');
  expect(server.events().slice(-2)).toEqual([
    {
      event: 'alarm',
      code: 'orders-lost',
      message: expect.stringMatching(
        /^1 act was in force and could not be written down: show\.clear by producer at 2026-/,
      ),
    },
    { event: 'stopped', code: 0 },
  ]);
});
