/** Every answer of the desk port's calls and every frame of its socket are as their documents say. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type FileServer, fileServer } from './testing/file-server.ts';
import { newPoll } from './testing/stage.ts';
import { ApiDocument, type Json, type JsonObject } from './testing/stranger/api-document.ts';
import { AsyncChannel } from './testing/stranger/async-channel.ts';
import { DeskConnection } from './testing/stranger/desk-connection.ts';
import { type Answer, type Call, OpenApiClient } from './testing/stranger/open-api-client.ts';

const here = fileServer({ mode: 'live', edges: 1 });
type Role = keyof FileServer['server']['ready']['deskTokens'];

const http = new ApiDocument('docs/desk.openapi.json');
const channel = new AsyncChannel(new ApiDocument('docs/desk.asyncapi.json'), 'desk');
let known: OpenApiClient | null = null;
const client = () => {
  known ??= new OpenApiClient(http, here.server.deskUrl);
  return known;
};
const tokenOf = (role: Role) => here.server.ready.deskTokens[role];
const get = (path: string, fields: Partial<Call> = {}) =>
  client().call({ method: 'get', path, token: tokenOf('producer'), ...fields });

const opened: DeskConnection[] = [];
async function openDesk(role: Role): Promise<DeskConnection> {
  const desk = await DeskConnection.open(channel, here.server.deskUrl, tokenOf(role));
  opened.push(desk);
  return desk;
}
afterEach(() => {
  const faults = opened.splice(0).flatMap((desk) => {
    desk.close();
    return desk.faults;
  });
  expect(faults).toEqual([]);
});

const command = (fields: JsonObject): JsonObject => ({ id: randomUUID(), clientTimeMs: Date.now(), ...fields });
function give(fields: JsonObject, role: Role = 'producer'): Promise<Answer> {
  const call = { method: 'post', path: '/api/v1/commands' } as const;
  return client().call({ ...call, token: tokenOf(role), body: client().body(call, command(fields)) });
}
const postText = (path: string, text: string, token: string | null) =>
  client().call({ method: 'post', path, token, body: { type: 'application/json', text } });

/** A call of every path, with something in its parameters. */
function* everyCall(): Generator<Call> {
  for (const [path, methods] of Object.entries(http.object(['paths']))) {
    for (const method of Object.keys(methods as JsonObject)) {
      yield { method: method as Call['method'], path, parameters: { id: randomUUID() } };
    }
  }
}

test('a show is run by calls alone', async () => {
  const cue = newPoll({ answer: ['a'] });
  expect((await give({ type: 'cue.add', payload: { cue: cue as unknown as Json } })).status).toBe(200);
  const early = await give({ type: 'cue.go', target: cue.id });
  expect([early.status, (early.body as JsonObject).status]).toEqual([409, 'refused']);
  expect((await give({ type: 'cue.arm', target: cue.id }, 'operator')).status).toBe(403);
  for (const type of ['cue.ready', 'cue.arm', 'cue.go'])
    expect((await give({ type, target: cue.id })).status).toBe(200);
  for (const path of ['/api/v1/state', '/api/v1/vitals', '/api/v1/log', '/api/v1/actions']) {
    for (const role of ['producer', 'director', 'verifier'] as const) {
      expect((await get(path, { token: tokenOf(role) })).status).toBe(200);
    }
  }
  const poll = { parameters: { id: cue.id } };
  expect((await get('/api/v1/polls/{id}/recount', poll)).body).toMatchObject({ total: 0, matches: true });
  expect((await get('/api/v1/polls/{id}/series', poll)).status).toBe(200);
  expect((await get('/api/v1/series')).status).toBe(200);
  expect((await get('/api/v1/polls/{id}/evidence', poll)).status).toBe(409);
  await here.stage.close(cue.id);
  // One is packed at a time.
  const bundles = await Promise.all(Array.from({ length: 6 }, () => get('/api/v1/polls/{id}/evidence', poll)));
  expect(new Set(bundles.map(({ status }) => status))).toEqual(new Set([200, 429]));
  const reveal = { type: 'poll.reveal', target: cue.id, payload: { surface: 'audience', visibility: 'counts' } };
  expect((await give(reveal)).status).toBe(200);
  expect((await get('/api/v1/state')).status).toBe(200);
  const id = randomUUID();
  expect((await get('/api/v1/commands/{id}', { parameters: { id } })).body).toEqual({ status: 'never-seen' });
  const barred = await give({ id, type: 'show.clear' });
  expect(barred.body).toMatchObject({ status: 'refused', code: 'barred' });
});

test('the document that the server gives is the one in the folder', async () => {
  expect((await get('/api/v1/openapi.json')).body).toEqual(http.json);
  expect((await get('/metrics')).body).toContain('# HELP');
});

test('a code buys a token once', async () => {
  const code = new URLSearchParams(new URL(here.server.ready.deskUrl).hash.slice(1)).get('code') ?? '';
  const call = { method: 'post', path: '/api/v1/session' } as const;
  const buy = () => client().call({ ...call, body: client().body(call, { code }) });
  const { token } = (await buy()).body as { token: string };
  expect((await get('/api/v1/state', { token })).status).toBe(200);
  expect((await buy()).status).toBe(403);
});

test('calls refuse as documented', async () => {
  const { id } = await here.stage.air(newPoll({ live: { desk: 'hidden' } }));
  for (const call of everyCall()) {
    expect((await client().call({ ...call, headers: { origin: 'http://elsewhere.example' } })).status).toBe(403);
    const isOpen = call.path === '/api/v1/session';
    expect((await client().call(call)).status, call.path).toBe(isOpen ? 400 : 401);
  }
  const poll = { parameters: { id } };
  expect((await get('/api/v1/polls/{id}/recount', poll)).status).toBe(403);
  expect((await get('/api/v1/polls/{id}/recount', { ...poll, token: tokenOf('verifier') })).status).toBe(200);
  expect((await get('/api/v1/polls/{id}/evidence', { ...poll, token: tokenOf('director') })).status).toBe(403);
  for (const path of ['recount', 'series', 'evidence'].map((name) => `/api/v1/polls/{id}/${name}`)) {
    expect((await get(path, { parameters: { id: 'unheard-of' } })).status).toBe(404);
    expect((await get(path, { ...poll, query: { round: 'one' } })).status).toBe(400);
  }
  for (const path of ['/api/v1/log', '/api/v1/actions']) {
    expect((await get(path, { query: { limit: 'all' } })).status).toBe(400);
  }
  expect((await get('/api/v1/series', { query: { stepMs: '7' } })).status).toBe(400);
  expect((await get('/api/v1/actions', { query: { desk: 'somebody' } })).status).toBe(403);
  expect((await get('/api/v1/commands/{id}', { parameters: { id: 'none' } })).status).toBe(400);
  expect((await postText('/api/v1/commands', '{"type":"cue.shout"}', tokenOf('producer'))).status).toBe(400);
  expect((await postText('/api/v1/commands', '{', tokenOf('producer'))).status).toBe(400);
});

test('the socket tells the show, every change of it and how things are, as documented', async () => {
  const [producer, verifier] = [await openDesk('producer'), await openDesk('verifier')];
  await producer.next('snapshot');
  const [cue, other] = [newPoll(), newPoll()];
  const give = (fields: JsonObject) => producer.ask('command', command(fields));
  await here.stage.freeLanes();
  for (const added of [cue, other]) {
    const ack = await give({ type: 'cue.add', payload: { cue: added as unknown as Json } });
    expect(ack).toMatchObject({ status: 'accepted' });
  }
  await give({ type: 'cue.ready', target: cue.id });
  await give({ type: 'cue.move', target: other.id, payload: { before: cue.id } });
  await give({ type: 'show.control' });
  await here.stage.go(cue.id);
  const pin = { switch: 'results-cadence', position: 'on', reason: 'to see it' };
  const operator = await openDesk('operator');
  expect(await operator.ask('command', command({ type: 'switch.set', payload: pin }))).toMatchObject({
    status: 'accepted',
  });
  const isAir = (data: Json) => JSON.stringify(data).includes(`"poll":"${cue.id}"`);
  await Promise.all([producer, verifier].map((desk) => desk.next('changes', isAir)));
  await producer.next('changes', (data) => JSON.stringify(data).includes('"kind":"switch"'));
  await producer.next('vitals', (data) => JSON.stringify(data).includes(`"runId":"${cue.id}:live:1"`));
  await here.stage.close(cue.id);
  await give({ type: 'cue.remove', target: other.id });
  await producer.next('changes', (data) => JSON.stringify(data).includes('"value":null'));
  await verifier.next('vitals');
});

test('the socket answers as documented', async () => {
  const desk = await openDesk('director');
  await desk.next('snapshot');
  expect(await desk.ask('command', command({ type: 'show.clear' }))).toMatchObject({ status: 'accepted' });
  expect(await desk.ask('command', command({ type: 'show.mode', payload: { mode: 'live' } }))).toMatchObject({
    status: 'refused',
    code: 'role',
  });
  expect(await desk.ask('command', 'GO', { isValid: false })).toMatchObject({ error: { code: 'malformed' } });
  const id = randomUUID();
  const intent = { id, atMs: Date.now(), actor: '', source: 'key', type: 'show.clear', target: null, command: {} };
  expect(await desk.ask('action', { kind: 'intent', intent })).toBeNull();
  const outcome = { id, outcome: 'not-sent', code: null, message: null, latencyMs: null, answer: null };
  const record = { kind: 'outcome', outcome: { ...outcome, loggedLate: false, settled: false } };
  expect(await desk.ask('action', record)).toBeNull();
  expect(await desk.ask('action', 5, { isValid: false })).toMatchObject({ error: { code: 'malformed' } });
  expect((await get('/api/v1/actions', { token: tokenOf('director') })).body).toMatchObject({ entries: [{ id }] });
  expect(Math.abs(Number(await desk.ask('time', null)) - Date.now())).toBeLessThan(60_000);
  expect(await desk.ask('resync', null)).toMatchObject({ state: { show: { mode: 'live' } } });
  desk.tell('resync');
  await desk.next('snapshot');
  await expect(DeskConnection.open(channel, here.server.deskUrl, 'let me in')).rejects.toThrow('unauthorised');
});

test('too much at once is refused as documented', async () => {
  const token = tokenOf('owner');
  const posts = await Promise.all(Array.from({ length: 400 }, () => postText('/api/v1/commands', '{}', token)));
  expect(new Set(posts.map(({ status }) => status))).toEqual(new Set([400, 429]));
  const asks = await Promise.all(
    Array.from({ length: 100 }, () => get('/api/v1/commands/{id}', { token, parameters: { id: randomUUID() } })),
  );
  expect(asks.map(({ status }) => status)).toContain(429);
  const codes = await Promise.all(
    Array.from({ length: 70 }, () => postText('/api/v1/session', '{"code":"WRONG"}', null)),
  );
  expect(new Set(codes.map(({ status }) => status))).toEqual(new Set([403, 429]));
});

test('an owner signs the desks out as documented', async () => {
  const end = { method: 'post', path: '/api/v1/sessions/end' } as const;
  const as = (role: 'owner' | 'director') => ({ headers: { authorization: `Bearer ${tokenOf(role)}` } });
  expect((await client().call({ ...end, ...as('director') })).status).toBe(403);
  expect(await client().call({ ...end, ...as('owner') })).toMatchObject({ status: 200, body: { codes: 0 } });
  const more = await Promise.all(Array.from({ length: 20 }, () => client().call({ ...end, ...as('owner') })));
  expect(new Set(more.map(({ status }) => status))).toEqual(new Set([200, 429]));
});

test('the restart of the edges is told with notices as documented', async () => {
  const [producer, operator] = [await openDesk('producer'), await openDesk('operator')];
  const restart = { type: 'edges.restart', payload: { reason: 'to see it' } };
  expect(await operator.ask('command', command(restart))).toMatchObject({ status: 'accepted' });
  await producer.next('notice');
  await producer.next('notice');
});

test('everything that the documents name has been seen, but for what only a broken part says', () => {
  const unseen = client()
    .documented()
    .filter((name) => !client().seen.has(name) && !name.endsWith(' 503'));
  expect(unseen).toEqual([]);
  expect([...channel.fromServer].filter((name) => !channel.seen.has(name))).toEqual([]);
});
