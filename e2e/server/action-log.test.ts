/** A browser desk's log lies with the core: what is acknowledged is on disk, is the desk's own, and gets its end by itself. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActionAck } from '../../shared/protocol/desk-events.ts';
import type { ActionPage, LogEntry, LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { Place, poll } from './testing/place.ts';
import { type Server, startServer, TEST_MS } from './testing/server.ts';
import { until } from './testing/until.ts';

const place = new Place('file');
let server: Server;

beforeAll(async () => {
  const show = place.show([poll('q1', { durationMs: 60_000, graceMs: 500 })]);
  server = await startServer({ place, show, mode: 'live', edges: 1 });
}, TEST_MS);
afterAll(async () => {
  await server.stop();
  await place.clear();
}, TEST_MS);

function intentOf(id: string, more: Partial<LogIntent> = {}): LogIntent {
  const from = { actor: 'nobody of that name', source: 'key', type: 'cue.go', target: 'q1', command: { id } };
  return { id, atMs: Date.now(), ...from, ...more };
}
function outcomeOf(id: string, outcome: LogOutcome['outcome']): LogOutcome {
  return { id, outcome, code: null, message: null, latencyMs: 3, answer: null, loggedLate: false, settled: false };
}

const socketOf = (token: string) => DeskSocket.open({ deskUrl: server.deskUrl, token });
const give = (desk: DeskSocket, record: unknown): Promise<ActionAck> =>
  desk.socket.timeout(20_000).emitWithAck('action', record);
const intend = (desk: DeskSocket, intent: LogIntent) => give(desk, { kind: 'intent', intent });
const end = (desk: DeskSocket, outcome: LogOutcome) => give(desk, { kind: 'outcome', outcome });

async function logOf(desk: DeskClient, query = ''): Promise<LogEntry[]> {
  const { status, body } = await desk.call('GET', `/api/v1/actions${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return (body as ActionPage).entries;
}
const entryOf = async (desk: DeskClient, id: string) => (await logOf(desk)).find((entry) => entry.id === id) ?? null;

test('an intent that was acknowledged outlives a core that is killed right after, and gets its end', {
  timeout: TEST_MS,
}, async () => {
  const desk = server.desk('producer');
  const socket = await socketOf(server.ready.deskTokens.producer);
  const [told, untold] = [randomUUID(), randomUUID()];
  expect(await intend(socket, intentOf(told))).toBeNull();
  expect(await end(socket, outcomeOf(told, 'not-sent'))).toBeNull();
  expect(await intend(socket, intentOf(untold))).toBeNull();
  server.kill('core');

  await server.waitFor('restarted', { match: ({ what }) => what === 'core' });
  const kept = await until(() => logOf(desk), { what: 'the log is read from the next core' });
  expect(kept.filter(({ id }) => id === told || id === untold)).toMatchObject([
    { id: told, actor: 'producer', outcome: 'not-sent' },
    { id: untold, actor: 'producer' },
  ]);
  // The command never came: nobody has to come back to say so, and it never fires any more.
  await until(async () => (await entryOf(desk, untold))?.outcome === 'never-seen', { what: 'the open one is settled' });
  const late = await desk.send({ type: 'cue.arm', target: 'q1', id: untold });
  expect(late.body).toMatchObject({ status: 'refused', code: 'barred' });
});

test('an action whose end was never told ends as the journal has it', { timeout: TEST_MS }, async () => {
  const desk = server.desk('producer');
  const socket = await socketOf(server.ready.deskTokens.producer);
  const id = randomUUID();
  expect(await intend(socket, intentOf(id, { type: 'show.control', target: null }))).toBeNull();
  expect(await socket.send({ type: 'show.control', id })).toMatchObject({ status: 'accepted' });
  socket.socket.close();
  await until(async () => (await entryOf(desk, id))?.outcome === 'accepted', { what: 'the log has the answer' });
  expect(await entryOf(desk, id)).toMatchObject({ settled: true, answer: { status: 'accepted' } });
});

test('a desk reads its own log only; the owner reads every desk’s', { timeout: TEST_MS }, async () => {
  const code = new URLSearchParams(new URL(server.ready.deskUrl).hash.slice(1)).get('code');
  const session = await new DeskClient(server.deskUrl, '').call('POST', '/api/v1/session', { code });
  const { token, actor } = session.body as { token: string; actor: string };
  const browser = await socketOf(token);
  const id = randomUUID();
  expect(await intend(browser, intentOf(id))).toBeNull();
  await end(browser, outcomeOf(id, 'accepted'));
  const own = new DeskClient(server.deskUrl, token);
  expect(await logOf(own)).toMatchObject([{ id, actor, outcome: 'accepted' }]);

  const director = server.desk('director');
  expect((await logOf(director)).map((entry) => entry.id)).not.toContain(id);
  const journal = (await own.call('GET', '/api/v1/log?limit=1000')).body as {
    entries: { type: string; source: string }[];
  };
  const source = journal.entries.findLast(({ type }) => type === 'session.open')?.source ?? '';
  const other = await director.call('GET', `/api/v1/actions?desk=${encodeURIComponent(source)}`);
  expect(other).toMatchObject({ status: 403, body: { error: { code: 'role' } } });
  expect(await logOf(server.desk('owner'), `?desk=${encodeURIComponent(source)}`)).toMatchObject([{ id }]);
  // And nobody writes the end of another desk's action.
  const stranger = await socketOf(server.ready.deskTokens.director);
  expect(await end(stranger, outcomeOf(id, 'refused'))).toMatchObject({ error: { code: 'not-found' } });
});

test('the newest entries come first where they are asked for, page by page', { timeout: TEST_MS }, async () => {
  const desk = server.desk('operator');
  const socket = await socketOf(server.ready.deskTokens.operator);
  const ids = Array.from({ length: 5 }, () => randomUUID());
  for (const id of ids) {
    await intend(socket, intentOf(id));
    await end(socket, outcomeOf(id, 'not-sent'));
  }
  const newest = await logOf(desk, '?before=0&limit=2');
  expect(newest.map(({ id }) => id)).toEqual(ids.slice(3));
  expect((await logOf(desk, `?before=${newest[0]?.seq}&limit=10`)).map(({ id }) => id)).toEqual(ids.slice(0, 3));
  const first = (await desk.call('GET', '/api/v1/actions?limit=2')).body as ActionPage;
  expect(first.entries.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect((await logOf(desk, `?after=${first.next}`)).map(({ id }) => id)).toEqual(ids.slice(2));
});

test('what is no log record, is too large or comes without a token is refused', { timeout: TEST_MS }, async () => {
  const socket = await socketOf(server.ready.deskTokens.operator);
  for (const bad of [
    null,
    {},
    { kind: 'intent', intent: { id: 'x' } },
    { kind: 'intent', intent: intentOf('no-uuid') },
  ]) {
    expect(await give(socket, bad)).toMatchObject({ error: { code: 'malformed' } });
  }
  const large = intentOf(randomUUID(), { command: 'x'.repeat(40_000) });
  expect(await intend(socket, large)).toMatchObject({ error: { code: 'malformed' } });
  expect((await new DeskClient(server.deskUrl, 'wrong').call('GET', '/api/v1/actions')).status).toBe(401);
  expect((await server.desk().call('GET', '/api/v1/actions?after=-1')).status).toBe(400);
});
