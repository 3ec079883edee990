/** Somebody with a desk token, or without one, who means harm. */
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import WebSocket from 'ws';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { poll } from './testing/place.ts';
import { rawHttp } from './testing/raw-http.ts';

const here = fileServer({
  mode: 'live',
  edges: 1,
  cues: [poll('q1', { durationMs: 60_000, graceMs: 1_000 })],
});
const socket = () => DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken });
const corePid = () => here.server.pidOf('core');

/** As text, since `JSON.stringify` doesn't get that deep. */
const deepCue = (levels: number, id = randomUUID()) =>
  `{"id":"${id}","type":"cue.add","clientTimeMs":${Date.now()},"payload":{"cue":{"id":"deep","kind":"note","text":"x",` +
  `"durationMs":1000,"own":${'['.repeat(levels)}${']'.repeat(levels)}}}}`;

describe('a cue with a field that is nested thousands deep', () => {
  const post = (body: string) =>
    rawHttp(here.server.deskUrl, '/api/v1/commands', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${here.server.ready.deskToken}` },
      body,
    });

  test.for([33, 2_200, 3_400, 100_000])('is malformed over HTTP: %s', async (levels) => {
    const { status, text } = await post(deepCue(levels));
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'malformed' } });
  });

  test('is malformed over the socket, the core lives, and a cue that is not nested is taken after it', async () => {
    const pid = corePid();
    const ws = new WebSocket(`${here.server.deskUrl.replace(/^http/, 'ws')}/desk/?EIO=4&transport=websocket`);
    const answered = new Promise<string>((resolve) => {
      ws.on('message', (data) => {
        const text = data.toString();
        if (text.startsWith('0')) ws.send(`40${JSON.stringify({ token: here.server.ready.deskToken })}`);
        if (text.startsWith('42["snapshot"')) ws.send(`427["command",${deepCue(2_200)}]`);
        if (text.startsWith('437')) resolve(text);
      });
    });
    expect(await answered).toContain('"malformed"');
    ws.close();
    expect((await (await socket()).raw(JSON.parse(deepCue(20)))) as object).toMatchObject({ status: 'accepted' });
    expect(corePid()).toBe(pid);
  });
});

test('of refused commands of 30 KB the log gives pages of a bounded size, and commands are answered meanwhile', async () => {
  const verifier = here.server.desk('verifier');
  const owner = here.server.desk();
  const notes = 'x'.repeat(5_000);
  const cue = {
    id: 'big',
    kind: 'note',
    text: 'x',
    durationMs: 1_000,
    notes,
    contingency: notes,
    own: 'x'.repeat(20_000),
  };
  for (let n = 0; n < 150; n++) {
    const { status, body } = await verifier.send({ type: 'cue.add', payload: { cue } });
    expect([status, body.code]).toEqual([403, 'role']);
  }
  const page = owner.call('GET', '/api/v1/log?limit=1000');
  await owner.command('show.control', null);
  const { body } = await page;
  expect(body.entries.length).toBeGreaterThan(150);
  expect(JSON.stringify(body).length).toBeLessThan(150 * 1_000);
});

const spend = (code: string) =>
  rawHttp(here.server.deskUrl, '/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
const ownCode = () => new URLSearchParams(new URL(here.server.ready.deskUrl).hash.slice(1)).get('code') ?? '';

test('however many wrong codes are tried, a right one passes; then an owner signs every other desk out', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 80; n++) statuses.push((await spend(`wrong-${n}`)).status);
  expect(new Set(statuses)).toEqual(new Set([403, 429]));
  const right = await spend(ownCode());
  expect(right.status).toBe(200);
  const { token } = JSON.parse(right.text);
  const desk = await DeskSocket.open({ deskUrl: here.server.deskUrl, token });
  const producer = here.server.desk('producer');
  expect((await producer.call('POST', '/api/v1/sessions/end')).status).toBe(403);
  expect(desk.socket.connected).toBe(true);
  expect(await here.server.desk().call('POST', '/api/v1/sessions/end')).toMatchObject({
    status: 200,
    body: { codes: 0 },
  });
  await vi.waitFor(() => expect(desk.socket.connected).toBe(false), { timeout: 10_000 });
  await expect(DeskSocket.open({ deskUrl: here.server.deskUrl, token })).rejects.toThrow('unauthorised');
  const state = { headers: { authorization: `Bearer ${token}` } };
  expect((await rawHttp(here.server.deskUrl, '/api/v1/state', state)).status).toBe(401);
});

test('with two thousand connections that say nothing a new desk is served at once, and an old one never lost', async () => {
  const { hostname, port } = new URL(here.server.deskUrl);
  const desk = await socket();
  const idle: Socket[] = [];
  onTestFinished(() => {
    for (const one of idle) one.destroy();
  });
  for (let n = 0; n < 2_000; n++) {
    const one = connect({ host: hostname, port: Number(port) });
    one.on('error', () => {}).resume();
    idle.push(one);
    if (n % 100 === 0) await new Promise((resolve) => one.once('connect', resolve));
  }
  expect((await socket()).socket.connected).toBe(true);
  expect((await here.server.desk().state()).show.title).toBe('Test show');
  // Nobody had to wait until those that say nothing had their time.
  expect(idle.filter((one) => !one.closed).length).toBeGreaterThan(0);
  expect(desk.socket.connected).toBe(true);
  await vi.waitFor(() => expect(idle.filter((one) => !one.closed).length).toBeLessThanOrEqual(512), {
    timeout: 10_000,
  });
  await vi.waitFor(() => expect(idle.filter((one) => !one.closed)).toEqual([]), { timeout: 20_000 });
  expect(desk.socket.connected).toBe(true);
});

test.skipIf(process.platform === 'win32')('nobody else may look into what the server made', () => {
  const made = [here.place.data, here.place.temp].flatMap((dir) =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name)),
  );
  expect(made.length).toBeGreaterThan(10);
  expect(made.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
});
