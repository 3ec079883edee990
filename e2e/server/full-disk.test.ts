/** The data folder is full: what takes away is done all the same, outlives every core, and is journaled once when there is room. */
import { mkdirSync } from 'node:fs';
import { expect, type TestContext, test } from 'vitest';
import { smallDiskAt } from '../../server/supervisor/small-disk.test-part.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { type DeskClient, wireCommand } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { until } from './testing/until.ts';
import { expectRecountOf } from './testing/verdict.ts';

const HOUR_MS = 3_600_000;

async function onASmallDisk(
  context: TestContext,
): Promise<{ place: Place; server: Server; disk: ReturnType<typeof smallDiskAt> }> {
  const place = new Place();
  mkdirSync(place.data);
  const disk = smallDiskAt({ dir: place.data, megabytes: 256 }, context);
  const cues = ['q1', 'q2'].map((id) => poll(id, { durationMs: HOUR_MS, graceMs: 0 }));
  const server = await startServer({ place, show: place.show(cues), mode: 'live', edges: 2 });
  return { place, server, disk };
}

const polled = async (server: Server): Promise<PublicState> =>
  (await (await fetch(`${server.audienceUrl}/v1/state`, { headers: { connection: 'close' } })).json()) as PublicState;

async function journalOf(desk: DeskClient): Promise<JournalEntry[]> {
  return (await desk.call('GET', '/api/v1/log?limit=1000')).body.entries;
}

test('CLEAR AIR is in force on every phone at once, through the core’s death, and is one entry with its own time', {
  timeout: TEST_MS,
}, async (context) => {
  const { server, disk } = await onASmallDisk(context);
  const desk = server.desk();
  const phones = await crowdOf(6, { audienceUrl: server.audienceUrl, comesBack: true });
  const stream = await SseViewer.open(server.audienceUrl);
  await desk.command('cue.arm', 'q2');
  await desk.air('q1');
  await untilAllSeeOpen(phones, 'q1');
  for (const [n, phone] of phones.entries()) phone.vote('q1', [optionOf(n)]);
  await untilAllAnswered(phones, 'votes are answered');

  const desks = () => DeskSocket.open({ deskUrl: server.deskUrl, token: server.ready.deskTokens.director });
  const told = (socket: DeskSocket) => socket.snapshots.at(-1)?.state.show.unjournaled ?? 0;
  const beside = await desks();
  disk.fill();
  const clear = wireCommand({ type: 'show.clear' });
  const answer = (await desk.send(clear)).body as CommandAnswer;
  expect(answer).toMatchObject({ status: 'accepted', journaled: false });
  const { atMs } = answer as Extract<CommandAnswer, { status: 'accepted' }>;
  const isOff = (state: PublicState | null | undefined) => state != null && state.poll === undefined;
  const offEverywhere = async () =>
    phones.every(({ state }) => isOff(state)) && isOff(stream.events.at(-1)?.data) && isOff(await polled(server));
  await until(() => told(beside) === 1, { what: 'another desk is told' });
  await until(offEverywhere, { what: 'the poll is off every phone' });
  const seenBefore = { phones: phones.map((phone) => phone.states().length), stream: stream.events.length };

  // What puts on the air, and anything else, waits for the disk.
  for (const type of ['cue.arm', 'show.control'] as const) {
    const { body } = await desk.send({ type, ...(type === 'cue.arm' ? { target: 'q2' } : {}) });
    expect(body, type).toMatchObject({ status: 'refused', code: 'unavailable' });
  }
  expect(await desk.cue('q2')).toMatchObject({ intake: 'ready' });

  for (let death = 0; death < 2; death += 1) {
    const seen = server.events.length;
    server.kill('core');
    await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
    expect(await desk.cue('q1')).toMatchObject({ intake: 'closing', closesAtMs: atMs });
    expect((await desk.state()).show.unjournaled).toBe(1);
    const lookup = await desk.call('GET', `/api/v1/commands/${clear.id}`);
    expect(lookup.body).toMatchObject({ status: 'accepted', journaled: false, atMs });
    expect((await desk.send(clear)).body, 'sent again, it is the same act').toMatchObject({ journaled: false, atMs });
  }
  const unknown = await desk.call('GET', `/api/v1/commands/${wireCommand({ type: 'show.clear' }).id}`);
  expect([unknown.status, unknown.body.error?.code], 'nothing is known of what can’t be barred').toEqual([
    503,
    'unavailable',
  ]);
  await until(offEverywhere, { what: 'the poll is off every phone still' });
  const later = [
    ...phones.flatMap((phone, n) => phone.states().slice(seenBefore.phones[n])),
    ...stream.events.slice(seenBefore.stream).map(({ data }) => data),
  ];
  expect(
    later.filter((state) => !isOff(state)),
    'it did not come back for a moment',
  ).toEqual([]);

  const afterwards = await desks();
  await until(() => told(afterwards) === 1, { what: 'a desk of the new core is told' });
  disk.free();
  await until(() => told(afterwards) === 0, { what: 'that desk hears that it is journaled' });
  await until(async () => (await desk.state()).show.unjournaled === undefined, { what: 'the act is journaled' });
  const entries = (await journalOf(desk)).filter(({ type }) => type === 'show.clear');
  expect(entries).toMatchObject([{ atMs, commandId: clear.id, answer: { status: 'accepted', atMs } }]);
  await desk.waitForIntake('q1', 'verified');
  expectRecountOf(
    phones.flatMap(({ ballots }) => ballots),
    await desk.recount('q1'),
  );
  expect(server.events.filter(({ event }) => event === 'stopped')).toEqual([]);
});

test('a killed edge, a killed core and SIGTERM are what they always are', { timeout: TEST_MS }, async (context) => {
  const { server, disk } = await onASmallDisk(context);
  const desk = server.desk();
  const phones = await crowdOf(6, { audienceUrl: server.audienceUrl, comesBack: true });
  await desk.air('q1');
  await untilAllSeeOpen(phones, 'q1');
  disk.fill();
  for (const part of [{ edge: 0 }, 'core'] as const) {
    const seen = server.events.length;
    server.kill(part);
    const what = part === 'core' ? 'core' : 'edge';
    await server.waitFor('restarted', { after: seen, match: (event) => event.what === what });
  }
  await until(async () => (await desk.vitals()).edges.filter(({ ready }) => ready).length === 2, {
    what: 'all are back',
  });
  expect(await desk.cue('q1')).toMatchObject({ intake: 'open' });
  const codes = async () => (await desk.vitals()).alarms.map(({ code }) => code);
  await until(async () => (await codes()).includes('supervisor-storage'), { what: 'the desk is told of the disk' });
  expect(await codes()).toEqual(expect.arrayContaining(['edge-died', 'core-died']));
  expect(await server.stop()).toBe(0);
  await until(() => phones.every((phone) => phone.framesOf('bye').length > 0), {
    what: 'every phone was told goodbye',
  });
});
