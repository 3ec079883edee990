/** Who may speak to the desk port at all. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { DeskClient } from './testing/desk-client.ts';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { exchange } from './testing/fuzz/exchange.ts';
import { HttpViewer } from './testing/http-viewer.ts';
import { type RawRequest, rawHttp } from './testing/raw-http.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const socket = (options: Partial<Parameters<typeof DeskSocket.open>[0]> = {}) =>
  DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken, ...options });
const json = { 'content-type': 'application/json' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const GUARDED = [
  '/api/v1/state',
  '/api/v1/vitals',
  '/api/v1/log',
  '/api/v1/polls/x/recount',
  '/api/v1/openapi.json',
  '/metrics',
  `/api/v1/commands/${randomUUID()}`,
];

describe('who is let in', () => {
  test('a code opens one session and no second one', async () => {
    const { hash } = new URL(here.server.ready.deskUrl);
    const code = new URLSearchParams(hash.slice(1)).get('code');
    expect(code).toMatch(/^\S{16,}$/);
    const ask = (body: string) =>
      rawHttp(here.server.deskUrl, '/api/v1/session', { method: 'POST', headers: json, body });
    const wrong = await ask(JSON.stringify({ code: 'not-this-one' }));
    expect(wrong.status).toBe(403);
    expect(JSON.parse(wrong.text)).toStrictEqual({ error: { code: 'bad-code', message: expect.any(String) } });
    const first = await ask(JSON.stringify({ code }));
    expect(first.status).toBe(200);
    expect(first.headers['cache-control']).toContain('no-store');
    const session = JSON.parse(first.text);
    expect(session).toMatchObject({ token: expect.stringMatching(/^\S{20,}$/), roles: ['owner'] });
    expect((await ask(JSON.stringify({ code }))).status).toBe(403);
    for (const body of ['{}', '{"code":7}', '[]', 'x', '']) expect((await ask(body)).status, body).toBe(400);
    const desk = new DeskClient(here.server.deskUrl, session.token);
    expect((await desk.state()).show.title).toBe('Test show');
    expect((await socket({ token: session.token })).socket.connected).toBe(true);
  });

  test('nobody without a token of the desk', async () => {
    const viewer = await HttpViewer.arrive({ audienceUrl: here.server.audienceUrl });
    const { rehearsalCode, deskToken } = here.server.ready;
    const tokens = {
      'a viewer’s': viewer.token,
      'the rehearsal code': rehearsalCode,
      'a cut one': deskToken.slice(0, -1),
      'a made-up one': 's.e30.x',
    };
    for (const path of GUARDED) {
      expect((await rawHttp(here.server.deskUrl, path)).status, path).toBe(401);
      for (const [whose, token] of Object.entries(tokens)) {
        const { status, text } = await rawHttp(here.server.deskUrl, path, { headers: bearer(token) });
        expect(status, `${path} with ${whose}`).toBe(401);
        expect(JSON.parse(text)).toStrictEqual({ error: { code: 'unauthorised', message: expect.any(String) } });
      }
    }
    const command = JSON.stringify({ id: randomUUID(), type: 'show.clear', clientTimeMs: Date.now() });
    for (const token of [...Object.values(tokens), '']) {
      const request: RawRequest = { method: 'POST', headers: { ...json, ...bearer(token) }, body: command };
      expect((await rawHttp(here.server.deskUrl, '/api/v1/commands', request)).status).toBe(401);
      await expect(socket({ token })).rejects.toThrow('unauthorised');
    }
    for (const token of [undefined, null, 7, {}, [deskToken]])
      await expect(socket({ token })).rejects.toThrow('unauthorised');
    // In the address it would stand in histories and logs.
    expect((await rawHttp(here.server.deskUrl, `/api/v1/state?token=${deskToken}`)).status).toBe(401);
  });

  test.for([
    ['a foreign page', { origin: 'http://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page under https', { origin: 'https://127.0.0.1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['an empty origin', { origin: '' }],
    ['a name that was turned to this machine', { host: 'evil.example' }],
    ['such a name with the port', { host: 'evil.example:PORT', origin: 'http://evil.example:PORT' }],
    ['another port’s host', { host: '127.0.0.1:1' }],
    ['a look-alike', { host: '127.0.0.1.evil.example:PORT' }],
  ] as [string, Record<string, string>][])('%s is refused, token or not', async ([, given]) => {
    const { port } = new URL(here.server.deskUrl);
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replaceAll('PORT', port)]),
    );
    for (const path of ['/', ...GUARDED]) {
      const {
        status,
        text,
        headers: got,
      } = await rawHttp(here.server.deskUrl, path, {
        headers: { ...headers, ...bearer(here.server.ready.deskToken) },
      });
      expect(status, path).toBe(403);
      expect(JSON.parse(text).error.code).toBe('forbidden-origin');
      expect(got['access-control-allow-origin']).toBeUndefined();
    }
    const posted = await rawHttp(here.server.deskUrl, '/api/v1/session', {
      method: 'POST',
      headers: { ...json, ...headers },
      body: '{"code":"x"}',
    });
    expect(posted.status).toBe(403);
    expect(JSON.parse(posted.text).error.code).toBe('forbidden-origin');
    expect(await upgradeStatus({ headers }), 'no socket for it either').toBe(403);
    await expect(socket({ headers })).rejects.toThrow();
  });

  test('this machine’s own names and the window’s own page are let in', async () => {
    const { port } = new URL(here.server.deskUrl);
    for (const headers of [
      { host: `localhost:${port}` },
      { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` },
      { host: `localhost:${port}`, origin: `http://localhost:${port}` },
      { origin: 'tallyroom://desk' },
    ] as Record<string, string>[]) {
      const { status } = await rawHttp(here.server.deskUrl, '/api/v1/state', {
        headers: { ...headers, ...bearer(here.server.ready.deskToken) },
      });
      expect(status, JSON.stringify(headers)).toBe(200);
      expect((await socket({ headers })).socket.connected).toBe(true);
    }
  });

  test('Socket.IO opens by WebSocket only', async () => {
    const polling = await rawHttp(here.server.deskUrl, '/desk/?EIO=4&transport=polling', {
      headers: bearer(here.server.ready.deskToken),
    });
    expect(polling.status).toBe(400);
    expect(polling.text).not.toContain('"sid"');
    await expect(socket({ transports: ['polling'] })).rejects.toThrow();
    expect(await upgradeStatus({})).toBe(101);
  });

  function upgradeStatus({ headers = {} }: { headers?: Record<string, string> }): Promise<number> {
    const ws = new WebSocket(`${here.server.deskUrl.replace(/^http/, 'ws')}/desk/?EIO=4&transport=websocket`, {
      headers,
    });
    return new Promise((resolve) => {
      ws.on('open', () => {
        ws.terminate();
        resolve(101);
      });
      ws.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      ws.on('error', () => {});
    });
  }

  test.for([
    ['bytes that are none', 'let me in\r\n\r\n', [400]],
    ['a head that is too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(70_000)}\r\n\r\n`, [431]],
    ['an address that can’t be decoded', 'GET /api/v1/polls/%ff/recount HTTP/1.1\r\nhost: HOST\r\n\r\n', [400]],
    // Where the desk's page has been built, its folder is asked as well, and has nothing of that name.
    [
      'a name in it that is too long',
      `GET /api/v1/polls/${'x'.repeat(500)}/recount HTTP/1.1\r\nhost: HOST\r\n\r\n`,
      [400, 404],
    ],
  ] as [string, string, number[]][])('of %s it is said in the form of every error', async ([, text, statuses]) => {
    const { host } = new URL(here.server.deskUrl);
    const { head, body } = await rawText(text.replace('HOST', host));
    expect(statuses).toContain(Number(head.split(' ')[1]));
    expect(head.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(head.toLowerCase()).toContain('cache-control: no-store');
    const code = expect.stringMatching(/^(malformed|not-found)$/);
    expect(JSON.parse(body)).toStrictEqual({ error: { code, message: expect.any(String) } });
  });

  test.for([
    ['what can’t be decoded', '%ff'],
    ['a name that is too long', 'x'.repeat(500)],
  ] as [string, string][])('a foreign page gets no further with an address with %s in it', async ([, id]) => {
    for (const headers of [{ host: 'evil.example' }, { origin: 'http://evil.example' }] as Record<string, string>[]) {
      const { status, text } = await rawHttp(here.server.deskUrl, `/api/v1/polls/${id}/recount`, { headers });
      expect(status).toBe(403);
      expect(JSON.parse(text).error.code).toBe('forbidden-origin');
    }
  });

  /** Bytes as they are, and the whole answer. */
  async function rawText(text: string): Promise<{ head: string; body: string }> {
    const answer = await exchange(Number(new URL(here.server.deskUrl).port), [
      { pieces: [Buffer.from(text)], until: '', withinMs: 10_000 },
    ]);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return { head, body };
  }

  test('what is not there is not there', async () => {
    for (const path of ['/v1/state', '/v1/join', '/api/v1/nothing', '/api/v2/state', '/..%2fpackage.json']) {
      const { status } = await rawHttp(here.server.deskUrl, path, { headers: bearer(here.server.ready.deskToken) });
      expect(status, path).toBe(404);
    }
  });
});
