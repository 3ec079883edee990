import { expect, it } from 'vitest';
import { monotonicMs, rawMs } from '../../shared/domain/time.ts';
import type { CoreToEdge } from '../../shared/protocol/backplane.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import { Barrier } from './barrier.ts';

const RUN = 'q1:live:1' as RunId;
const at = monotonicMs;

function edge(edgeId: string, heardAtMs: number) {
  const sent: CoreToEdge[] = [];
  const link: LinkedEdge = {
    edgeId,
    edgeEpoch: 'e',
    pid: 1,
    heardAt: at(heardAtMs),
    left: false,
    isTold: true,
    heartbeat: null,
    send: (message) => void sent.push(message),
    answer: () => {},
  };
  return { link, sent };
}

/** A barrier over edges that are all linked, on a clock in the test's hand. */
function rig(nowMs: number, ...edges: ReturnType<typeof edge>[]) {
  const world = {
    nowMs,
    links: edges.map(({ link }) => link),
    lives: edges.map(({ link }) => link),
    sinceMs: 0 as number | null,
    expected: edges.length,
  };
  const barrier = new Barrier({
    links: () => world.links,
    lives: () => world.lives,
    monotonicNow: () => at(world.nowMs),
    edgesSince: () => (world.sinceMs === null ? null : at(world.sinceMs)),
    edgesExpected: () => world.expected,
  });
  return { world, barrier };
}

async function askedOf(sent: CoreToEdge[]): Promise<number> {
  for (;;) {
    const asked = sent.find((message) => message.t === 'barrier');
    if (asked) return asked.barrierId;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Whether it has been passed, looked at after everything under way has had its turn. */
async function isPending(passing: Promise<void>): Promise<boolean> {
  const turn = new Promise<'pending'>((resolve) => setTimeout(() => resolve('pending'), 120));
  return (await Promise.race([passing.then(() => 'passed' as const), turn])) === 'pending';
}

it('is passed only when every living edge has drained', async () => {
  const [a, b] = [edge('a', 100_000), edge('b', 100_000)];
  const { barrier } = rig(100_000, a, b);
  const passing = barrier.pass(RUN);
  barrier.onDrained(a.link, await askedOf(a.sent));
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(b.link, await askedOf(b.sent));
  await passing;
});

it('takes one round trip when all edges are up, and no look at a timer', async () => {
  const a = edge('a', 100_000);
  const { barrier } = rig(100_000, a);
  const passing = barrier.pass(RUN);
  const barrierId = await askedOf(a.sent);
  await new Promise((resolve) => setImmediate(resolve));
  barrier.onDrained(a.link, barrierId);
  let turns = 0;
  let passed = false;
  void passing.then(() => {
    passed = true;
  });
  while (!passed && turns < 10) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  expect(passed).toBe(true);
});

it('does not wait for an edge that has been silent for more than two seconds', async () => {
  const [alive, dead] = [edge('a', 100_000), edge('b', 97_999)];
  const { barrier } = rig(100_000, alive, dead);
  const passing = barrier.pass(RUN);
  barrier.onDrained(alive.link, await askedOf(alive.sent));
  await passing;
});

it('waits for an edge whose link has broken until it is back and has drained', async () => {
  const [a, b] = [edge('a', 100_000), edge('b', 99_900)];
  const { barrier, world } = rig(100_000, a, b);
  world.links = [a.link];
  const passing = barrier.pass(RUN);
  barrier.onDrained(a.link, await askedOf(a.sent));
  expect(await isPending(passing)).toBe(true);
  expect(barrier.waits(RUN)).toEqual({ edges: ['b'], until: at(101_900) });
  world.nowMs = 101_500;
  const back = edge('b', 101_500);
  world.lives = world.links = [{ ...a.link, heardAt: at(101_500) }, back.link];
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(back.link, await askedOf(back.sent));
  await passing;
  expect(barrier.waits(RUN)).toBeNull();
});

it('waits for one that does not come back until two seconds after its last word, and says until when', async () => {
  const gone = edge('b', 99_900);
  const { barrier, world } = rig(100_000, gone);
  world.links = [];
  const passing = barrier.pass(RUN);
  expect(await isPending(passing)).toBe(true);
  const until = barrier.waits(RUN)?.until ?? at(0);
  world.nowMs = rawMs(until);
  expect(await isPending(passing)).toBe(true);
  world.nowMs += 1;
  await passing;
});

it('does not wait for an edge that said that it leaves', async () => {
  const left = edge('a', 100_000);
  left.link.left = true;
  await rig(100_000, left).barrier.pass(RUN);
});

it('hears what has come in while the core stood still, before it takes silence for death', async () => {
  const a = edge('a', 100_000);
  const { barrier, world } = rig(100_000, a);
  // Five seconds in which nothing ran; what the edge said meanwhile is read in the next turn of the loop.
  world.nowMs = 105_000;
  setImmediate(() => {
    a.link.heardAt = at(105_000);
  });
  const passing = barrier.pass(RUN);
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(a.link, await askedOf(a.sent));
  await passing;
});

it('tells for each run whom it waits for', async () => {
  const a = edge('a', 100_000);
  const { barrier } = rig(100_000, a);
  expect(barrier.waits(RUN)).toBeNull();
  const passing = barrier.pass(RUN);
  expect(barrier.waits(RUN)).toEqual({ edges: ['a'], until: at(102_000) });
  expect(barrier.waits('q2:live:1' as RunId)).toBeNull();
  barrier.onDrained(a.link, await askedOf(a.sent));
  await passing;
});

it('waits three seconds for the edges of a core that has just started, and asks the one that comes', async () => {
  const { barrier, world } = rig(1_000);
  world.expected = 1;
  const passing = barrier.pass(RUN);
  expect(await isPending(passing)).toBe(true);
  expect(barrier.waits(RUN)).toEqual({ edges: [], until: at(3_000) });
  const late = edge('a', 1_000);
  world.lives = world.links = [late.link];
  barrier.onDrained(late.link, await askedOf(late.sent));
  await passing;

  world.lives = world.links = [];
  world.nowMs = 3_001;
  await barrier.pass(RUN);
});

it('waits for as long as edges can not come in at all, however slow the start of the core is', async () => {
  const { barrier, world } = rig(60_000);
  world.expected = 1;
  world.sinceMs = null;
  const passing = barrier.pass(RUN);
  expect(await isPending(passing)).toBe(true);
  world.sinceMs = 59_000;
  expect(await isPending(passing)).toBe(true);
  world.sinceMs = 57_000;
  await passing;
});

it('does not take an answer to an earlier barrier for its own', async () => {
  const a = edge('a', 100_000);
  const { barrier } = rig(100_000, a);
  const passing = barrier.pass(RUN);
  const barrierId = await askedOf(a.sent);
  barrier.onDrained(a.link, barrierId - 1);
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(a.link, barrierId);
  await passing;
});
