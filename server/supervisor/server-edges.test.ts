/** How many edges there are, and their restart one by one: with parts that misbehave on demand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { viewersPerEdge } from '../../shared/domain/edge-count.ts';
import type { SigningKey, SupervisorToPart } from '../../shared/protocol/process.ts';
import { descriptorLimit } from '../process/descriptor-limit.ts';
import { adopt } from './adopter.test-part.ts';
import { alive, Place, type ServerRun, until } from './server-run.test-part.ts';

type Heard<T extends SupervisorToPart['t']> = Extract<SupervisorToPart, { t: T }>;
const heard = <T extends SupervisorToPart['t']>(place: Place, part: string, t: T) =>
  place.heard(part).filter((message): message is Heard<T> => message.t === t);
/** What one edge holds on this machine. */
const PER_EDGE = viewersPerEdge(descriptorLimit());
const codes = (place: Place) => heard(place, 'core', 'notice').map(({ code }) => code);
const isUnderWay = (place: Place) => heard(place, 'core', 'edges').at(-1)?.restarting;

/** Waits until the last restart that was begun is over. */
async function over(place: Place, code: string): Promise<void> {
  await until(`the restart ends with ${code}`, () => codes(place).at(-1) === code && isUnderWay(place) === false);
}

/** The edges after each of so many restarts. Standard output may come after what the core was told. */
function restarted(server: ServerRun, count: number): Promise<number[][]> {
  return until(`${count} edges restarted`, () => restarts(server).length >= count && restarts(server));
}

function restarts(server: ServerRun): number[][] {
  return server.events().flatMap((event) => (event.event === 'restarted' ? [event.pids.edges] : []));
}

test('as many edges as the show that the core tells of needs, and the core is told how many and why', async () => {
  const place = new Place();
  place.habit('core', `expects ${PER_EDGE + 1}`);
  const server = place.start();
  const ready = await server.ready();
  expect(ready.pids.edges).toHaveLength(2);
  expect(ready.edgesWhy).toMatch(/^2 edges hold [\d,]+ viewers, [\d,]+ are expected$/);
  expect(heard(place, 'core', 'edges')).toEqual([{ t: 'edges', expected: 2, why: ready.edgesWhy, restarting: false }]);
  expect(server.stderr).toContain(ready.edgesWhy);
  process.kill(ready.pids.core, 'SIGKILL');
  await server.event('restarted');
  expect(place.coreInits().at(-1)).toMatchObject({
    edgesExpected: 2,
    edgesWhy: ready.edgesWhy,
    edgesRestarting: false,
  });
});

test('a capacity that does not fit is refused with what to change, before anything is started', async () => {
  const place = new Place();
  const server = place.start(['--capacity', String(PER_EDGE + 1), '--edges', '1']);
  expect(await server.exited).toBe(1);
  expect(server.events()[0]).toMatchObject({ event: 'alarm', code: 'capacity' });
  expect(server.stderr).toMatch(/^[\d,]+ viewers don't fit: 1 edge .*set --edges to 2 or auto.*ulimit -n.*--capacity/);
  expect(place.heard('core')).toEqual([]);
});

test.each([1, 2])(
  '%i restarted one by one: at every moment somebody listens, and the core is told of start and end',
  async (edges) => {
    const place = new Place();
    const server = place.start(['--edges', String(edges)]);
    const { pids, audienceUrl } = await server.ready();
    const port = Number(new URL(audienceUrl).port);
    const failures: string[] = [];
    let knocks = 0;
    let knocking = true;
    const knock = () => {
      if (!knocking) return;
      knocks += 1;
      const socket = connect(port, '127.0.0.1');
      socket.on('error', (error: NodeJS.ErrnoException) => failures.push(error.code ?? error.message));
      socket.on('connect', () => socket.destroy()).on('close', () => setImmediate(knock));
    };
    knock();
    server.child.kill('SIGHUP');
    await over(place, 'edges-restarted');
    knocking = false;
    expect(knocks).toBeGreaterThan(10);
    expect(failures.filter((code) => code === 'ECONNREFUSED')).toEqual([]);
    expect(codes(place)).toEqual(['edges-restarting', 'edges-restarted']);
    const after = await restarted(server, edges);
    expect(after).toHaveLength(edges);
    expect(after.at(-1)?.filter((pid) => pids.edges.includes(pid))).toEqual([]);
    expect(after.at(-1)?.every(alive)).toBe(true);
    expect(pids.edges.filter(alive)).toEqual([]);
    // Every successor was there before the first of them was told to go.
    for (let place_ = 1; place_ <= edges; place_++) {
      expect(place.heard(`edge-${place_}`).map(({ t }) => t)).toEqual(['init', 'init', 'retire', 'stop']);
      expect(place.edgeInits(`edge-${place_}`).at(-1)).toMatchObject({ port, reusePort: true });
    }
    expect(server.child.exitCode).toBeNull();
  },
);

test('a second restart while one is under way is refused over the control socket, and the first goes on', async () => {
  const place = new Place();
  place.habit('edge-1', 'stays');
  const server = place.start();
  const { pids } = await server.ready();
  const adopter = adopt(place);
  adopter.say({ t: 'restart-edges', ref: 1, rotateKey: false });
  adopter.say({ t: 'restart-edges', ref: 2, rotateKey: false });
  const replies = await until('both answers', () => {
    const found = adopter.replies.filter(({ t }) => t === 'restart-edges');
    return found.length === 2 && found;
  });
  expect(replies).toEqual([
    { t: 'restart-edges', ref: 1, refused: null },
    { t: 'restart-edges', ref: 2, refused: { code: 'restart-under-way', message: expect.any(String) } },
  ]);
  await over(place, 'edges-restarted');
  expect(await restarted(server, 1)).toHaveLength(1);
  expect(pids.edges.filter(alive)).toEqual([]);
});

test('successors that don’t come up leave the edges as they are, and the next restart works', async () => {
  const place = new Place();
  const server = place.start(['--edges', '2']);
  const { pids } = await server.ready();
  place.habit('edge-2', 'crashes');
  server.child.kill('SIGHUP');
  await over(place, 'edges-not-restarted');
  expect(pids.edges.every(alive)).toBe(true);
  expect(restarts(server)).toEqual([]);
  expect(heard(place, 'edge-1', 'retire')).toEqual([]);
  place.habit('edge-2', 'good');
  server.child.kill('SIGHUP');
  await over(place, 'edges-restarted');
  expect(pids.edges.some(alive)).toBe(false);
});

test('a stop in the middle of a restart leaves no process', async () => {
  const place = new Place();
  const server = place.start(['--edges', '3']);
  await server.ready();
  server.child.kill('SIGHUP');
  await until('successors are on their way', () => place.edgeInits('edge-1').length === 2);
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  const started = [...server.stderr.matchAll(/"childPid":(\d+)/g)].map(([, pid]) => Number(pid));
  expect(started.length).toBeGreaterThan(4);
  expect(started.filter(alive)).toEqual([]);
});

test('a new signing key is known to every edge before the first one signs with it, and is kept', async () => {
  const place = new Place();
  const server = place.start(['--edges', '2']);
  await server.ready();
  const [old] = place.edgeInits('edge-1')[0]?.keys ?? [];
  // One that has not confirmed holds up the second step.
  place.habit('edge-2', 'keeps quiet about keys');
  adopt(place).say({ t: 'restart-edges', ref: 1, rotateKey: true });
  await until('both were told', () => ['edge-1', 'edge-2'].every((name) => heard(place, name, 'keys').length === 1));
  const [first] = heard(place, 'edge-1', 'keys');
  expect(first?.keys).toEqual([old, expect.any(Object)]);
  expect(heard(place, 'edge-2', 'keys').map(({ keys }) => keys)).toEqual([first?.keys]);
  // Its death is as good as a word: the next life starts with the keys of now.
  place.habit('edge-2', 'good');
  process.kill(server.events().flatMap((e) => (e.event === 'ready' ? [e.pids.edges[1] ?? 0] : []))[0] ?? 0, 'SIGKILL');
  await over(place, 'edges-restarted');
  const turned = first?.keys.toReversed();
  expect(heard(place, 'edge-1', 'keys').map(({ keys }) => keys)).toEqual([first?.keys, turned]);
  const inits: (SigningKey[] | undefined)[] = ['edge-1', 'edge-2'].map((name) => place.edgeInits(name).at(-1)?.keys);
  expect(inits).toEqual([turned, turned]);
  const stored = JSON.parse(readFileSync(join(place.data, 'keys.json'), 'utf8'));
  expect(stored.signing.map(({ kid }: SigningKey) => kid)).toEqual(turned?.map(({ kid }) => kid));
  expect(server.stderr).not.toContain(old?.secret);
});

test('--rotate-key signs with a new key from the start on, and verifies with the old one', async () => {
  const place = new Place();
  const first = place.start();
  await first.ready();
  first.child.kill('SIGTERM');
  await first.exited;
  await place.start(['--rotate-key']).ready();
  const [before, after] = place.edgeInits('edge-1').map(({ keys }) => keys);
  expect(after).toEqual([expect.any(Object), before?.[0]]);
});

test('keys that can’t be written end a rotation with a word, and no edge is restarted', async () => {
  const place = new Place();
  const server = place.start();
  await server.ready();
  writeFileSync(join(place.data, 'keys.json'), 'not keys');
  adopt(place).say({ t: 'restart-edges', ref: 1, rotateKey: true });
  await over(place, 'edges-not-restarted');
  expect(heard(place, 'core', 'notice').at(-1)?.message).toContain('keys.json');
  expect(place.edgeInits('edge-1')).toHaveLength(1);
});
