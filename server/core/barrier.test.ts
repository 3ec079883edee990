import { expect, it } from 'vitest';
import type { CoreToEdge } from '../../shared/protocol/backplane.ts';
import type { EdgeLink } from '../backplane/hub.ts';
import { Barrier } from './barrier.ts';

function edge(edgeId: string, heardAtMs: number) {
  const sent: CoreToEdge[] = [];
  const link: EdgeLink = {
    edgeId,
    edgeEpoch: 'e',
    pid: 1,
    heardAtMs,
    heartbeat: null,
    send: (message) => void sent.push(message),
    answer: () => {},
  };
  return { link, sent };
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
  const barrier = new Barrier({
    links: () => [a.link, b.link],
    nowMs: () => 100_000,
    edgesSinceMs: () => 0,
    edgesExpected: () => 2,
  });
  const passing = barrier.pass();
  barrier.onDrained(a.link, await askedOf(a.sent));
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(b.link, await askedOf(b.sent));
  await passing;
});

it('does not wait for an edge that has been silent for more than two seconds', async () => {
  const [alive, dead] = [edge('a', 100_000), edge('b', 97_999)];
  const barrier = new Barrier({
    links: () => [alive.link, dead.link],
    nowMs: () => 100_000,
    edgesSinceMs: () => 0,
    edgesExpected: () => 2,
  });
  const passing = barrier.pass();
  barrier.onDrained(alive.link, await askedOf(alive.sent));
  await passing;
});

it('waits three seconds for the edges of a core that has just started, and asks the one that comes', async () => {
  let nowMs = 1_000;
  const links: EdgeLink[] = [];
  const barrier = new Barrier({
    links: () => links,
    nowMs: () => nowMs,
    edgesSinceMs: () => 0,
    edgesExpected: () => 1,
  });
  const passing = barrier.pass();
  expect(await isPending(passing)).toBe(true);
  const late = edge('a', 1_000);
  links.push(late.link);
  barrier.onDrained(late.link, await askedOf(late.sent));
  await passing;

  links.length = 0;
  nowMs = 3_001;
  await barrier.pass();
});

it('waits for as long as edges can not come in at all, however slow the start of the core is', async () => {
  let edgesSinceMs: number | null = null;
  const barrier = new Barrier({
    links: () => [],
    nowMs: () => 60_000,
    edgesSinceMs: () => edgesSinceMs,
    edgesExpected: () => 1,
  });
  const passing = barrier.pass();
  expect(await isPending(passing)).toBe(true);
  edgesSinceMs = 59_000;
  expect(await isPending(passing)).toBe(true);
  edgesSinceMs = 57_000;
  await passing;
});

it('does not take an answer to an earlier barrier for its own', async () => {
  const a = edge('a', 100_000);
  const barrier = new Barrier({
    links: () => [a.link],
    nowMs: () => 100_000,
    edgesSinceMs: () => 0,
    edgesExpected: () => 1,
  });
  const passing = barrier.pass();
  const barrierId = await askedOf(a.sent);
  barrier.onDrained(a.link, barrierId - 1);
  expect(await isPending(passing)).toBe(true);
  barrier.onDrained(a.link, barrierId);
  await passing;
});
