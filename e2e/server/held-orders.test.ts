/** What was taken off the air while nothing could be written stays off, whatever dies, the supervisor too. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { crowdOf, untilAllSeeOpen } from './testing/crowd.ts';
import { wireCommand } from './testing/desk-client.ts';
import { Place, poll } from './testing/place.ts';
import { isAlive } from './testing/processes.ts';
import { Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

/** Only Linux can take the disk away from a process that runs. */
const isPossible = spawnSync('prlimit', ['--version']).status === 0;

function takeDiskAway(place: Place): void {
  for (const pid of place.processes()) {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), '--fsize=0:unlimited']);
    expect(status, String(stderr)).toBe(0);
  }
}

interface Cleared {
  place: Place;
  server: Server;
  id: string;
  atMs: number;
}

/** A poll is on the air, the disk takes nothing, and somebody clears the air. */
async function clearedWithoutDisk(): Promise<Cleared> {
  const place = new Place();
  const show = place.show([poll('q1', { durationMs: 600_000, graceMs: 0 })]);
  const server = await startServer({ place, show, mode: 'live', edges: 2 });
  const viewers = await crowdOf(4, { audienceUrl: server.audienceUrl });
  await server.desk().air('q1');
  await untilAllSeeOpen(viewers, 'q1');
  takeDiskAway(place);
  const id = randomUUID();
  const { serverNowMs: clientTimeMs } = await server.desk().vitals();
  const { body } = await server
    .desk()
    .call('POST', '/api/v1/commands', wireCommand({ type: 'show.clear', id, clientTimeMs }));
  const answer = body as CommandAnswer;
  if (answer.status !== 'accepted') throw new Error(JSON.stringify(answer));
  expect(answer.journaled).toBe(false);
  await until(() => viewers.every(({ state }) => state !== null && state.poll?.id !== 'q1'), {
    what: 'it is off every phone',
  });
  return { place, server, id, atMs: answer.atMs };
}

/** The next server knows that it was taken off, and when; and the journal has it once. */
async function expectStillOff(next: Server, { id, atMs }: Cleared): Promise<void> {
  const desk = next.desk();
  expect((await desk.cue('q1')).closesAtMs).toBe(atMs);
  const [viewer] = await crowdOf(1, { audienceUrl: next.audienceUrl });
  await until(() => viewer?.state ?? null, { what: 'a viewer sees the show' });
  expect(viewer?.states().filter((state) => state.poll?.id === 'q1')).toEqual([]);
  await until(async () => (await desk.state()).show.unjournaled === undefined, { what: 'the act is journaled' });
  const { body } = await desk.call('GET', '/api/v1/log?limit=1000');
  const acts = (body.entries as JournalEntry[]).filter(({ type }) => type === 'show.clear');
  expect(acts).toMatchObject([{ atMs, commandId: id, answer: { status: 'accepted', atMs } }]);
}

test.skipIf(!isPossible)(
  'a new server asks the edges of one that was killed before it ends them',
  { timeout: TEST_MS },
  async () => {
    const cleared = await clearedWithoutDisk();
    const { place, server } = cleared;
    server.kill('supervisor');
    await server.exited;
    const { edges } = server.pids;
    const next = await startServer({ place, show: null, mode: null, edges: 2 });
    expect(edges.filter(isAlive), 'the old edges are gone').toEqual([]);
    await expectStillOff(next, cleared);
    await until(() => !readdirSync(place.data).includes('orders.json'), { what: 'nothing is held any more' });
    expect(await next.stop()).toBe(0);
  },
);

test.skipIf(!isPossible)(
  'also of one whose core and edges have died before on that disk',
  { timeout: TEST_MS },
  async () => {
    const cleared = await clearedWithoutDisk();
    const { place, server } = cleared;
    for (const part of [{ edge: 0 }, 'core', { edge: 1 }] as const) {
      const seen = server.events.length;
      server.kill(part);
      await server.waitFor('restarted', { after: seen });
    }
    await until(async () => (await server.desk().vitals()).edges.every(({ ready }) => ready), {
      what: 'the edges are back',
      isQuiet: true,
    });
    server.kill('supervisor');
    await server.exited;
    const next = await startServer({ place, show: null, mode: null, edges: 2 });
    await expectStillOff(next, cleared);
    expect(await next.stop()).toBe(0);
  },
);

test.skipIf(!isPossible)(
  'an orderly end that can’t keep it says so, and what to do',
  { timeout: TEST_MS },
  async () => {
    const { server, atMs } = await clearedWithoutDisk();
    expect(await server.stop()).toBe(0);
    expect(server.events.slice(-2)).toEqual([
      {
        event: 'alarm',
        code: 'orders-lost',
        message: expect.stringMatching(
          new RegExp(
            `^1 act was in force and could not be written down: show\\.clear by \\S+ at ${new Date(atMs).toISOString()}\\..*again`,
          ),
        ),
      },
      { event: 'stopped', code: 0 },
    ]);
  },
);

test.skipIf(!isPossible)(
  'a new server that is refused after it has asked the edges leaves what they held to the next; what the journal has is held no longer',
  { timeout: TEST_MS },
  async () => {
    const cleared = await clearedWithoutDisk();
    const { place, server } = cleared;
    server.kill('supervisor');
    await server.exited;
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const args = ['--audience-port', String(port)];
    expect(await new Server({ place, show: null, mode: null, edges: 1, args }).exited).toBe(1);
    const path = place.files.orders;
    const kept = readFileSync(path, 'utf8');
    const next = await startServer({ place, show: null, mode: null, edges: 1 });
    await expectStillOff(next, cleared);
    expect(await next.stop()).toBe(0);
    expect(existsSync(path)).toBe(false);
    // As one that was killed right after the journal had taken it.
    writeFileSync(path, kept);
    const again = await startServer({ place, show: null, mode: null, edges: 1 });
    await until(() => !existsSync(path), { what: 'it is held no longer' });
    await expectStillOff(again, cleared);
    expect(await again.stop()).toBe(0);
    expect(again.events.filter(({ event }) => event === 'alarm')).toEqual([]);
  },
);
