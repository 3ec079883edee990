import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { DeskBridge } from '../../../shared/protocol/bridge.ts';
import { type BrowserPage, browserSessions, electronSessions } from './session-source.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A desk port that knows one code and one token. */
async function deskPort(): Promise<string> {
  let spent = false;
  const made = createServer((request, response) => {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/api/v1/session') {
      if (spent) return say(403, { error: { code: 'bad-code', message: 'This code has been used.' } });
      spent = true;
      return say(200, { token: 'good', roles: ['producer'], actor: 'Mara L.', name: 'Mara Lind' });
    }
    const known = request.headers.authorization === 'Bearer good';
    return known ? say(200, {}) : say(401, { error: { code: 'unauthorised', message: 'A token is needed.' } });
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function tab(origin: string, hash: string): BrowserPage & { address: () => string } {
  let fragment = hash;
  let kept: string | null = null;
  return {
    origin,
    hash: () => fragment,
    dropHash: () => {
      fragment = '';
    },
    stored: () => kept,
    store: (session) => {
      kept = session;
    },
    address: () => fragment,
  };
}

test('a browser trades the code of its link for a session, takes it out of the address bar, and a reload keeps the session', async () => {
  const page = tab(await deskPort(), '#code=once');
  const sessions = browserSessions(page);
  expect(await sessions.open(false)).toMatchObject({
    kind: 'session',
    session: { token: 'good', me: { actor: 'Mara L.', name: 'Mara Lind' } },
  });
  expect(page.address()).toBe('');
  expect(await browserSessions(page).open(false)).toMatchObject({ kind: 'session', session: { token: 'good' } });
});

test('a used code is over, with where to get another', async () => {
  const origin = await deskPort();
  await browserSessions(tab(origin, '#code=once')).open(false);
  const again = await browserSessions(tab(origin, '#code=once')).open(false);
  expect(again).toMatchObject({ kind: 'over', message: 'This code has been used.' });
  expect(again.kind === 'over' && again.hint).toContain('link');
});

test('a session that the server no longer knows is over and forgotten', async () => {
  const origin = await deskPort();
  const page = tab(origin, '');
  page.store(JSON.stringify({ deskUrl: origin, token: 'old', me: { actor: 'Mara L.', roles: [] } }));
  expect(await browserSessions(page).open(false)).toMatchObject({ kind: 'over' });
  expect(page.stored()).toBeNull();
});

test('a server that does not answer is tried again and costs no session', async () => {
  const page = tab('http://127.0.0.1:9', '');
  page.store(JSON.stringify({ deskUrl: 'http://127.0.0.1:9', token: 'good', me: { actor: 'Mara L.', roles: [] } }));
  expect(await browserSessions(page).open(false)).toMatchObject({ kind: 'failed' });
  expect(page.stored()).not.toBeNull();
});

test('the Electron window gets a new code for every session', async () => {
  const deskUrl = await deskPort();
  let codes = 0;
  const connection = async () => {
    codes += 1;
    return { kind: 'code', deskUrl, code: `code-${codes}` };
  };
  const sessions = electronSessions({ connection } as unknown as DeskBridge);
  expect((await sessions.open(false)).kind).toBe('session');
  expect((await sessions.open(true)).kind).toBe('failed');
  expect(codes).toBe(2);
});

test('on another machine’s server the window has the session that its link bought, until that server no longer knows it', async () => {
  const deskUrl = 'http://192.0.2.7:4310';
  const session = { token: 'good', actor: 'local desk', roles: ['owner'] };
  const connection = async () => ({ kind: 'session', deskUrl, session });
  const sessions = electronSessions({ connection } as unknown as DeskBridge);
  expect(await sessions.open(false)).toMatchObject({ kind: 'session', session: { deskUrl, token: 'good' } });
  const again = await sessions.open(true);
  expect(again).toMatchObject({ kind: 'over', message: expect.stringContaining('192.0.2.7:4310') });
  expect(again.kind === 'over' && again.hint).toContain('Settings');
});

test('a server that can’t be started is told with its sentence', async () => {
  const connection = () => Promise.reject(new Error('The port 4310 is in use.'));
  expect(await electronSessions({ connection } as unknown as DeskBridge).open(false)).toEqual({
    kind: 'failed',
    message: 'The port 4310 is in use.',
  });
});
