/** A new rehearsal code is one act: it ends what came in with the old one, everywhere and for good, and nothing else. */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { smallDiskAt } from '../../server/supervisor/small-disk.test-part.ts';
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { acknowledged } from './testing/ballots.ts';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { type DeskClient, wireCommand } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { audienceCall, HttpViewer } from './testing/http-viewer.ts';
import { Place, poll } from './testing/place.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { until } from './testing/until.ts';
import { newBallotId } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

/** So many connections, each to an edge that the system chooses, miss one of two once in a million times. */
const ON_EVERY_EDGE = 20;
const HOUR_MS = 3_600_000;
const CUES = ['q1', 'q2'].map((id) => poll(id, { durationMs: HOUR_MS, graceMs: 0 }));
const BAD_TOKEN = 4401;

const recode = () => wireCommand({ type: 'rehearsal.recode' });

/** As the desks show it. */
async function codeShown(desk: DeskClient): Promise<string> {
  const { viewerUrl = '' } = (await desk.state()).show;
  return new URL(viewerUrl).searchParams.get('code') ?? '';
}

const codeOnDisk = (place: Place): string => JSON.parse(readFileSync(place.files.keys, 'utf8')).rehearsalCode;

async function modeWith(audienceUrl: string, code: string): Promise<string> {
  const { status, body } = await audienceCall(`${audienceUrl}/v1/state?code=${code}`);
  return status === 200 ? body.mode : body.error.code;
}

/** @throws unless each edge takes this code and no other one of these, and the desk and the disk say so */
async function expectInForce(server: Server, place: Place, { code, ended }: { code: string; ended: string[] }) {
  const { audienceUrl } = server;
  expect(await codeShown(server.desk())).toBe(code);
  await until(() => codeOnDisk(place) === code, { what: 'the code in force is on disk' });
  for (let i = 0; i < ON_EVERY_EDGE; i += 1) {
    expect(await modeWith(audienceUrl, code)).toBe('rehearsal');
    for (const old of ended) expect(await modeWith(audienceUrl, old)).toBe('bad-code');
  }
}

/** @throws unless this token opens no door of any edge */
async function expectEnded(server: Server, token: string): Promise<void> {
  const { audienceUrl } = server;
  const authorization = `Bearer ${token}`;
  for (let i = 0; i < ON_EVERY_EDGE; i += 1) {
    const hello = new WsViewer({ audienceUrl, token });
    await expect(hello.connect()).rejects.toThrow(String(BAD_TOKEN));
    expect(hello.framesOf('bye')).toMatchObject([{ reason: 'bad-token' }]);
    expect(hello.states()).toEqual([]);
    const joined = await HttpViewer.join(audienceUrl, { token });
    expect(joined.body).toMatchObject({ state: { mode: 'live' } });
    expect(joined.body.token.split('.')[2]).toBe('l');
    expect(token).not.toContain(joined.body.voterId);
    const state = await audienceCall(`${audienceUrl}/v1/state`, { headers: { authorization } });
    expect(state.body.mode).toBe('live');
    const ballot = JSON.stringify({ id: newBallotId(), pollId: 'q1', round: 1, choice: ['a'] });
    const headers = { authorization, 'content-type': 'application/json' };
    const cast = await audienceCall(`${audienceUrl}/v1/ballots`, { method: 'POST', headers, body: ballot });
    expect([cast.status, cast.body.error.code]).toEqual([401, 'bad-token']);
    const events = await fetch(`${audienceUrl}/v1/events`, { headers: { authorization, connection: 'close' } });
    const first = await events.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).not.toContain('rehearsal');
  }
}

function textsIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== 'keys.json')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}

test('it ends every token and every connection of the old code on both edges, admits with the new one, and touches no voter of the show', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 2 });
  const { audienceUrl, deskUrl } = server;
  const old = server.ready.rehearsalCode;
  const operator = server.desk('operator');
  const windows = await Promise.all(
    (['owner', 'director'] as const).map((role) => DeskSocket.open({ deskUrl, token: server.ready.deskTokens[role] })),
  );
  await server.desk().air('q1');
  const crew = await crowdOf(ON_EVERY_EDGE, { audienceUrl, code: old });
  const streams = await Promise.all(Array.from({ length: 6 }, () => SseViewer.open(audienceUrl, { code: old })));
  const outside = await crowdOf(ON_EVERY_EDGE, { audienceUrl });
  const outsideStream = await SseViewer.open(audienceUrl);
  const byPhone = await HttpViewer.arrive({ audienceUrl, code: old });
  expect((await byPhone.vote('q1', ['a'])).receipts[0]?.status).toBe('accepted');

  const seen = server.events.length;
  const command = recode();
  expect((await operator.send(command)).body).toMatchObject({ status: 'accepted' });
  const { rehearsalCode: code } = await server.waitFor('rehearsal-code', { after: seen });
  expect(code).not.toBe(old);

  await until(() => crew.every(({ closes }) => closes.length === 1), { what: 'the crew is sent away' });
  for (const phone of crew) {
    expect(phone.closes[0]?.code).toBe(BAD_TOKEN);
    expect(phone.framesOf('bye')).toMatchObject([{ reason: 'bad-token' }]);
  }
  await until(() => streams.every(({ hasEnded }) => hasEnded), { what: 'their streams have ended' });
  await expectInForce(server, place, { code, ended: [old] });
  for (const token of [byPhone.token, crew[0]?.token ?? '']) await expectEnded(server, token);
  for (const { snapshots } of windows) {
    await until(() => snapshots.at(-1)?.state.show.viewerUrl?.endsWith(`?code=${code}`), { what: 'a desk shows it' });
  }

  // The show's own viewers have noticed nothing.
  expect(outside.flatMap(({ closes }) => closes)).toEqual([]);
  expect(outsideStream.hasEnded).toBe(false);
  const inside = await HttpViewer.arrive({ audienceUrl, code });
  expect((await inside.vote('q1', ['b'])).receipts[0]?.status).toBe('accepted');
  expect((await WsViewer.arrive({ audienceUrl, token: inside.token })).state?.mode).toBe('rehearsal');

  // Sent again it is the same act, and what is written down says who did it and not what the code is.
  expect((await operator.send(command)).body).toMatchObject({ status: 'accepted' });
  expect(await codeShown(server.desk())).toBe(code);
  const entries: JournalEntry[] = (await operator.call('GET', '/api/v1/log?limit=1000')).body.entries;
  const [entry, ...others] = entries.filter(({ type }) => type === 'rehearsal.recode');
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ actor: 'operator', commandId: command.id, answer: { status: 'accepted' } });
  expect(await server.stop()).toBe(0);
  for (const text of [JSON.stringify(entries), server.stderr, ...textsIn(place.data)]) {
    for (const secret of [old, code]) expect(text.includes(secret)).toBe(false);
  }
  expect(statSync(place.files.keys).mode & 0o777).toBe(0o600);
});

test('during the show those who vote go on with the same sockets and tokens', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show(CUES), mode: 'live', edges: 2 });
  const { audienceUrl } = server;
  const voters = await crowdOf(ON_EVERY_EDGE, { audienceUrl });
  await server.desk().air('q1');
  await untilAllSeeOpen(voters, 'q1');
  const crew = await WsViewer.arrive({ audienceUrl, code: server.ready.rehearsalCode });
  for (const [n, voter] of voters.slice(0, 10).entries()) voter.vote('q1', [optionOf(n)]);
  await server.desk('producer').command('rehearsal.recode', null);
  for (const [n, voter] of voters.slice(10).entries()) voter.vote('q1', [optionOf(n)]);
  await untilAllAnswered(voters, 'everybody has their receipt');
  await until(() => crew.closes.length === 1, { what: 'who rehearsed is sent away' });
  expect(voters.flatMap(({ closes }) => closes)).toEqual([]);
  expect(acknowledged(voters.flatMap(({ ballots }) => ballots)).length).toBe(voters.length);
  for (const { token } of voters) {
    expect((await WsViewer.arrive({ audienceUrl, token })).framesOf('welcome')[0]).not.toHaveProperty('token');
  }
  expect(await server.stop()).toBe(0);
});

test('accepted is on disk: it holds through the core’s death in that moment and a new start on the same folder', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const first = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 2 });
  const old = first.ready.rehearsalCode;
  const phone = await HttpViewer.arrive({ audienceUrl: first.audienceUrl, code: old });
  const command = recode();
  const seen = first.events.length;
  expect((await first.desk().send(command)).body).toMatchObject({ status: 'accepted' });
  first.kill('core');
  await first.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
  const { rehearsalCode: code } = await first.waitFor('rehearsal-code', { after: seen });
  await expectInForce(first, place, { code, ended: [old] });
  expect((await first.desk().call('GET', `/api/v1/commands/${command.id}`)).body).toMatchObject({ status: 'accepted' });
  for (const edge of [0, 1]) {
    const told = first.events.length;
    first.kill({ edge });
    await first.waitFor('restarted', { after: told });
  }
  await expectEnded(first, phone.token);
  expect(await first.stop()).toBe(0);

  const second = await startServer({ place, show: null, mode: null, edges: 2 });
  expect(second.ready.rehearsalCode).toBe(code);
  await expectInForce(second, place, { code, ended: [old] });
  await expectEnded(second, phone.token);
  expect(await second.stop()).toBe(0);
});

test('whoever is killed in whichever moment: the answer to the command, the code on disk and the code in force agree', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  const random = seededRandom(11);
  let server = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 1 });
  let code = server.ready.rehearsalCode;
  const outcomes = new Set<string>();
  for (let round = 0; round < 10; round += 1) {
    const victim = round % 5 === 4 ? 'supervisor' : 'core';
    const command = recode();
    const seen = server.events.length;
    const answered = server
      .desk()
      .send(command)
      .then(({ body }) => body.status as string)
      .catch(() => 'no answer');
    await sleep(random.between(0, 40));
    server.kill(victim);
    const told = await answered;
    if (victim === 'supervisor') {
      await server.exited;
      server = await startServer({ place, show: null, mode: null, edges: 1 });
    } else {
      await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
    }
    const lookup = (await server.desk().call('GET', `/api/v1/commands/${command.id}`)).body as CommandLookup;
    if (told === 'accepted') expect(lookup.status).toBe('accepted');
    const isNew = lookup.status === 'accepted';
    if (isNew) await until(async () => (await codeShown(server.desk())) !== code, { what: 'the new code is in force' });
    const now = await codeShown(server.desk());
    expect(now === code).toBe(!isNew);
    await expectInForce(server, place, { code: now, ended: now === code ? [] : [code] });
    outcomes.add(`${victim} ${told} ${lookup.status}`);
    code = now;
  }
  console.log([...outcomes].join(', '));
  expect(await server.stop()).toBe(0);
});

test.for([
  { what: 'is accepted in the journal', isAccepted: true },
  { what: 'the journal does not know', isAccepted: false },
])(
  'a start on a folder with a code that waits, whose command $what, decides by that',
  {
    timeout: TEST_MS,
  },
  async ({ isAccepted }) => {
    const place = new Place();
    const first = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 1 });
    const command = recode();
    expect((await first.desk().send(command)).body).toMatchObject({ status: 'accepted' });
    const code = await codeShown(first.desk());
    expect(await first.stop()).toBe(0);
    // As a server leaves it that was killed between the two halves.
    const change = { id: 'a', actor: 'owner', commandId: isAccepted ? command.id : newBallotId() };
    const keys = { ...JSON.parse(readFileSync(place.files.keys, 'utf8')), nextCode: { code: 'WAITSFOR', change } };
    writeFileSync(place.files.keys, JSON.stringify(keys), { mode: 0o600 });
    const second = await startServer({ place, show: null, mode: null, edges: 1 });
    const [taken, left] = isAccepted ? ['WAITSFOR', code] : [code, 'WAITSFOR'];
    expect(second.ready.rehearsalCode).toBe(taken);
    await expectInForce(second, place, { code: taken, ended: [left] });
    await until(() => !readFileSync(place.files.keys, 'utf8').includes('nextCode'), { what: 'nothing waits any more' });
    expect(await second.stop()).toBe(0);
  },
);

test('two desks at once get a code each, one after the other, and the later one is in force', {
  timeout: TEST_MS,
}, async () => {
  const place = new Place();
  // The keys of several hosts stay what they are, too.
  const env = { TALLYROOM_SECRET: 'a secret that several hosts share' };
  const server = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 2, env });
  const old = server.ready.rehearsalCode;
  const { token } = await HttpViewer.arrive({ audienceUrl: server.audienceUrl });
  const answers = await Promise.all(
    (['producer', 'operator'] as const).map((role) => server.desk(role).send(recode())),
  );
  expect(answers.map(({ body }) => body.status)).toEqual(['accepted', 'accepted']);
  const codes = server.events.flatMap((event) => (event.event === 'rehearsal-code' ? [event.rehearsalCode] : []));
  expect(new Set([old, ...codes]).size).toBe(3);
  await expectInForce(server, place, { code: codes[1] ?? '', ended: [old, codes[0] ?? ''] });
  const { audienceUrl } = server;
  expect((await WsViewer.arrive({ audienceUrl, token })).framesOf('welcome')[0]).not.toHaveProperty('token');
  expect(await server.stop()).toBe(0);
});

test('who may not is refused, and the code stays', { timeout: TEST_MS }, async () => {
  const place = new Place();
  const server = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 1 });
  const code = server.ready.rehearsalCode;
  const keys = readFileSync(place.files.keys, 'utf8');
  for (const role of ['director', 'verifier'] as const) {
    const { status, body } = await server.desk(role).send(recode());
    expect([status, body.code]).toEqual([403, 'role']);
  }
  expect(readFileSync(place.files.keys, 'utf8')).toBe(keys);
  await expectInForce(server, place, { code, ended: [] });
  expect(await server.stop()).toBe(0);
});

test('a disk that takes nothing, and keys that are gone, refuse it with a sentence, and the old code stays good everywhere', {
  timeout: TEST_MS,
}, async (context: TestContext) => {
  const place = new Place();
  mkdirSync(place.data);
  const disk = smallDiskAt({ dir: place.data, megabytes: 256 }, context);
  const server = await startServer({ place, show: place.show(CUES), mode: 'rehearsal', edges: 2 });
  const { audienceUrl } = server;
  const desk = server.desk();
  const old = server.ready.rehearsalCode;
  const phone = await WsViewer.arrive({ audienceUrl, code: old });
  const expectRefused = async (id: string) => {
    const { status, body } = await desk.send({ ...recode(), id });
    expect([status, body.status, body.code]).toEqual([409, 'refused', 'unavailable']);
    expect(body.message).toContain(place.files.keys);
    await expectInForce(server, place, { code: old, ended: [] });
    expect((await WsViewer.arrive({ audienceUrl, token: phone.token })).state?.mode).toBe('rehearsal');
  };
  const command = recode();
  disk.fill();
  await expectRefused(command.id);
  // Neither the core that comes after nor anybody else takes what was not accepted.
  const seen = server.events.length;
  server.kill('core');
  await server.waitFor('restarted', { after: seen, match: ({ what }) => what === 'core' });
  await expectInForce(server, place, { code: old, ended: [] });
  disk.free();

  renameSync(place.files.keys, `${place.files.keys}.aside`);
  const gone = await desk.send(recode());
  expect([gone.body.code, gone.body.message]).toEqual(['unavailable', expect.stringContaining(place.files.keys)]);
  renameSync(`${place.files.keys}.aside`, place.files.keys);
  expect(phone.closes).toEqual([]);

  // The same press once more, now that there is room.
  const again = await until(
    async () => {
      const { body } = await desk.send({ ...recode(), id: command.id });
      return body.status === 'accepted' && body;
    },
    { what: 'it is taken once there is room' },
  );
  expect(again).toMatchObject({ status: 'accepted' });
  await expectInForce(server, place, { code: await codeShown(desk), ended: [old] });
  await until(() => phone.closes.length === 1, { what: 'now who is inside leaves' });
  expect(await server.stop()).toBe(0);
});
