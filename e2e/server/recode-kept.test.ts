/** A new rehearsal code that was accepted is kept, and one that was not is nowhere: whoever dies, and whatever the disk takes. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { smallDiskAt } from '../../server/supervisor/small-disk.test-part.ts';
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place } from './testing/place.ts';
import { CUES, codeShown, expectEnded, expectInForce, recode } from './testing/rehearsal-code.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';
import { newBallotId } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

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
