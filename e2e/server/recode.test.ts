/** A new rehearsal code is one act: it ends what came in with the old one, everywhere and for good, and nothing else. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import { acknowledged } from './testing/ballots.ts';
import { crowdOf, optionOf, untilAllAnswered, untilAllSeeOpen } from './testing/crowd.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { Place } from './testing/place.ts';
import {
  BAD_TOKEN,
  CUES,
  codeShown,
  expectEnded,
  expectInForce,
  ON_EVERY_EDGE,
  recode,
} from './testing/rehearsal-code.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { until } from './testing/until.ts';
import { WsViewer } from './testing/ws-viewer.ts';

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
