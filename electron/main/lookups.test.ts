import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogEntry } from '../../shared/protocol/logbook.ts';
import { CoreClient, LookUpRefused, LookUpUndecided } from './core-client.ts';
import { Lookups } from './lookups.ts';

const ENTRY: LogEntry = {
  ...{ seq: 1, id: 'a', atMs: 1, actor: 'local desk', source: 'key', type: 'cue.go', target: null, command: {} },
  ...{
    outcome: 'unknown',
    code: null,
    message: null,
    latencyMs: null,
    answer: null,
    loggedLate: false,
    settled: false,
  },
};

let server: Server;
let url: string;
let knows: boolean;
/** The other server's disk takes no writes. */
let isFull: boolean;
let own: string[];
let remote: string | null;

beforeEach(async () => {
  [knows, isFull] = [true, false];
  own = [];
  server = createServer((request, response) => {
    request.resume();
    if (request.url === '/api/v1/session') {
      response.end(JSON.stringify({ token: 'own', roles: ['owner'], actor: 'local desk' }));
    } else if (request.headers.authorization === 'Bearer own') {
      own.push(request.url ?? '');
      response.end(JSON.stringify({ status: 'never-seen' }));
    } else if (!knows) response.writeHead(401).end('{}');
    else if (isFull)
      response.writeHead(503).end(JSON.stringify({ error: { code: 'unavailable', message: 'disk full' } }));
    else response.end(JSON.stringify({ status: 'accepted', revision: 3, atMs: 4 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  remote = url;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const lookups = () =>
  new Lookups({
    own: new CoreClient(async () => ({ kind: 'code', deskUrl: url, code: 'mine' })),
    other: new CoreClient(async () => ({
      kind: 'session',
      deskUrl: url,
      session: { token: 'other', roles: ['owner'], actor: 'local desk' },
    })),
    remote: () => remote,
  });

test('an action is asked about at the server that it was sent to, never at another, which would bar its id', async () => {
  const asked = lookups();
  expect(await asked.lookUp({ ...ENTRY, server: url })).toMatchObject({ status: 'accepted' });
  expect(own).toEqual([]);
  expect(await asked.lookUp(ENTRY)).toEqual({ status: 'never-seen' });
  expect(own).toHaveLength(1);
});

test('an action on a server that this desk has left waits', async () => {
  const asked = lookups();
  const elsewhere = { ...ENTRY, server: 'http://192.0.2.7:4310' };
  expect(asked.canAsk(elsewhere)).toBe(false);
  await expect(asked.lookUp(elsewhere)).rejects.toBeInstanceOf(LookUpRefused);
  remote = null;
  expect(asked.canAsk({ ...ENTRY, server: url })).toBe(false);
  expect(asked.canAsk(ENTRY)).toBe(true);
});

test('a server that no longer knows the session is not asked again until there is another', async () => {
  const asked = lookups();
  const entry = { ...ENTRY, server: url };
  knows = false;
  await expect(asked.lookUp(entry)).rejects.toBeInstanceOf(LookUpRefused);
  expect(asked.canAsk(entry)).toBe(false);
  asked.forget();
  expect(asked.canAsk(entry)).toBe(true);
});

test('a server that can’t say yet what became of an action is asked again, and keeps its session', async () => {
  const asked = lookups();
  const entry = { ...ENTRY, server: url };
  isFull = true;
  await expect(asked.lookUp(entry)).rejects.toBeInstanceOf(LookUpUndecided);
  expect(asked.canAsk(entry)).toBe(true);
  isFull = false;
  expect(await asked.lookUp(entry)).toMatchObject({ status: 'accepted' });
});
