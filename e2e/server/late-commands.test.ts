/** Nothing fires late: a command that was on its way for too long is refused, whatever held it back. */
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandAck } from '../../shared/protocol/desk-events.ts';
import { wireCommand } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { HoldingProxy } from './testing/holding-proxy.ts';
import { rawHttp } from './testing/raw-http.ts';
import { newPoll } from './testing/stage.ts';
import { until } from './testing/until.ts';

const here = fileServer({ mode: 'live', edges: 1 });
/** Older than this on arrival, by the server's clock, and it is refused. */
const LIFE_MS = 2_000;
const serverNowMs = async () => (await here.server.desk().vitals()).serverNowMs;
const isTooOld = { status: 'refused', code: 'too-old', message: expect.any(String), serverNowMs: expect.any(Number) };

async function proxyInFront(): Promise<HoldingProxy> {
  const proxy = await HoldingProxy.open(here.server.deskUrl, { host: '127.0.0.1', port: 0 });
  onTestFinished(proxy.close);
  return proxy;
}

async function armedPoll(): Promise<string> {
  const { id } = await here.stage.add(newPoll());
  await here.stage.freeLanes();
  await here.server.desk().command('cue.arm', id);
  return id;
}

/** It never went on air: not then, and not later. */
async function expectNeverFired(target: string, commandId: string): Promise<void> {
  const desk = here.server.desk();
  expect(await desk.cue(target)).toMatchObject({ intake: 'armed', round: 1 });
  const { revision } = await desk.state();
  const { entries } = (await desk.call('GET', `/api/v1/log?after=${revision - 1}&limit=1`)).body;
  expect(entries[0], 'the refusal is in the journal').toMatchObject({ commandId, answer: { code: 'too-old' } });
  // Neither asking again nor asking about it makes it go.
  expect((await desk.send({ type: 'cue.go', target, id: commandId })).body).toMatchObject(isTooOld);
  expect((await desk.call('GET', `/api/v1/commands/${commandId}`)).body).toMatchObject(isTooOld);
  expect((await desk.cue(target)).intake).toBe('armed');
  await desk.command('cue.disarm', target);
}

test('a command older than two seconds by the server’s clock is refused', async () => {
  const target = await armedPoll();
  const id = randomUUID();
  const sentAtMs = await serverNowMs();
  const { status, body } = await here.server
    .desk()
    .send({ type: 'cue.go', target, id, clientTimeMs: sentAtMs - LIFE_MS - 1 });
  expect(status).toBe(409);
  expect(body).toStrictEqual(isTooOld);
  await expectNeverFired(target, id);
});

test('a command that is fresh by the server’s clock is accepted', async () => {
  const target = await armedPoll();
  const { status } = await here.server.desk().send({ type: 'cue.disarm', target, clientTimeMs: await serverNowMs() });
  expect(status).toBe(200);
});

const HOLDS: [string, number][] = [
  ['past its life', LIFE_MS + 1],
  ['for ten seconds', 10_000],
];

test.for(HOLDS)('a GO by Socket.IO that a stalled network holds back %s never fires', async ([, holdMs]) => {
  const { host } = new URL(here.server.deskUrl);
  const proxy = await proxyInFront();
  const desk = await DeskSocket.open({ deskUrl: proxy.url, token: here.server.ready.deskToken, headers: { host } });
  await until(() => desk.vitals.length > 0, { what: 'the desk hears the server through the proxy' });
  const target = await armedPoll();
  const go = wireCommand({ type: 'cue.go', target, clientTimeMs: await serverNowMs() });
  proxy.hold('from clients');
  let answer: CommandAck | 'the socket has ended' | null = null;
  desk.socket.on('disconnect', () => {
    answer ??= 'the socket has ended';
  });
  desk.socket.emit('command', go, (ack: CommandAck) => {
    answer ??= ack;
  });
  await until(() => proxy.heldBytes > 0, { what: 'the GO is on its way' });
  await until(async () => (await serverNowMs()) >= go.clientTimeMs + holdMs, { what: `held for ${holdMs} ms` });
  expect((await here.server.desk().cue(target)).intake).toBe('armed');
  proxy.release();
  const outcome = await until(() => answer, { what: 'an answer, or the end of a socket that was silent for too long' });
  if (outcome !== 'the socket has ended') expect(outcome).toStrictEqual(isTooOld);
  else {
    // The server had given the desk up already; the id is barred by asking for it.
    const { body } = await here.server.desk().call('GET', `/api/v1/commands/${go.id}`);
    expect(body).toStrictEqual({ status: 'never-seen' });
  }
  expect((await here.server.desk().cue(target)).intake).toBe('armed');
  await here.server.desk().command('cue.disarm', target);
});

async function heldGoByHttp(proxy: HoldingProxy) {
  const { host } = new URL(here.server.deskUrl);
  const target = await armedPoll();
  const go = wireCommand({ type: 'cue.go', target, clientTimeMs: await serverNowMs() });
  proxy.hold('from clients');
  const answered = rawHttp(proxy.url, '/api/v1/commands', {
    method: 'POST',
    headers: { host, authorization: `Bearer ${here.server.ready.deskToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(go),
    timeoutMs: 60_000,
  });
  // Waited for later.
  answered.catch(() => {});
  await until(() => proxy.heldBytes > 0, { what: 'the GO is on its way' });
  return { target, go, answered };
}

test('a GO by HTTP that a stalled network holds back past its life never fires', async () => {
  const proxy = await proxyInFront();
  const { target, go, answered } = await heldGoByHttp(proxy);
  await until(async () => (await serverNowMs()) > go.clientTimeMs + LIFE_MS, { what: 'held past its life' });
  proxy.release();
  const { status, text } = await answered;
  expect(JSON.parse(text)).toStrictEqual(isTooOld);
  expect(status).toBe(409);
  await expectNeverFired(target, go.id);
});

test('a GO by HTTP that a stalled network holds back until the server has given its connection up never fires', async () => {
  const proxy = await proxyInFront();
  const { target, go, answered } = await heldGoByHttp(proxy);
  // No token was seen on it for as long as a connection may do without one.
  await expect(answered).rejects.toThrow('socket hang up');
  proxy.release();
  const desk = here.server.desk();
  expect((await desk.call('GET', `/api/v1/commands/${go.id}`)).body).toStrictEqual({ status: 'never-seen' });
  expect((await desk.send(go)).body).toMatchObject({ status: 'refused' });
  expect((await desk.cue(target)).intake).toBe('armed');
  await desk.command('cue.disarm', target);
});

test('a GO that came to a core which was killed before it could answer doesn’t fire after its return', async () => {
  const target = await armedPoll();
  const told = here.server.events.length;
  const desk = await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken });
  const go = wireCommand({ type: 'cue.go', target });
  here.server.kill('core', 'SIGSTOP');
  desk.socket.emit('command', go, () => {});
  await here.server.waitFor('restarted', { after: told });
  const client = here.server.desk();
  await until(() => client.state(), { what: 'the core answers again' });
  expect((await client.cue(target)).intake).toBe('armed');
  // Asked about it, the core bars the id for good.
  expect((await client.call('GET', `/api/v1/commands/${go.id}`)).body).toStrictEqual({ status: 'never-seen' });
  expect((await client.send({ ...go, clientTimeMs: Date.now() })).body).toMatchObject({
    status: 'refused',
    code: 'barred',
  });
  expect((await client.cue(target)).intake).toBe('armed');
});
