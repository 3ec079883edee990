import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudienceError, JoinResponse, PublicState } from '../../shared/protocol/audience.ts';
import { isCoreTime, type Rig, startRig, tempFolder, tokens, until } from './edge-harness.test-part.ts';
import { coreNowMs, stateOf } from './fake-core.test-part.ts';

let rig: Rig;
beforeAll(async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>Vote</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-Bx3_k9Qz.js'), 'console.log("vote")'.repeat(50));
  writeFileSync(join(folder, 'secret.txt'), 'outside of the page');
  rig = await startRig({ folder });
});
afterAll(() => rig.end());

const code = async (response: Response) => AudienceError.parse(await response.json()).error.code;

/** Bytes as they are, for what no well-behaved client sends. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(rig.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the viewer page', () => {
  it('is asked for anew each time, its hashed assets never again', async () => {
    const page = await rig.call('/?from=qr');
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<title>Vote</title>');
    const again = await rig.call('/', { headers: { 'if-none-match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    const asset = await rig.call('/assets/index-Bx3_k9Qz.js');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('access-control-allow-origin')).toBe('*');
    expect(await asset.text()).toContain('console.log');
    const plain = await rig.call('/assets/index-Bx3_k9Qz.js', { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('is all that its folder gives away', async () => {
    for (const path of ['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/assets', '/index.html']) {
      expect(await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 404/);
    }
  });

  it('that was not built is 503 with a sentence, and votes work all the same', async () => {
    const bare = await startRig();
    const response = await bare.call('/');
    expect(response.status).toBe(503);
    expect(AudienceError.parse(await response.json()).error.message).toMatch(/has not been built/);
    expect((await bare.call('/v1/join', { method: 'POST', body: '{}' })).status).toBe(200);
    await bare.end();
  });
});

describe('join', () => {
  const join_ = (body: string) => rig.call('/v1/join', { method: 'POST', body });

  it('gives token, voter, expiry, time and state, and is never stored', async () => {
    const response = await join_('{}');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const joined = JoinResponse.parse(await response.json());
    expect(tokens.check(joined.token, coreNowMs())).toMatchObject({ ok: true, voter: { voterId: joined.voterId } });
    expect(isCoreTime(joined.serverNowMs)).toBe(true);
  });

  it('with an old valid token keeps the voter and gives a fresh expiry', async () => {
    const old = tokens.mint(null, 'live', coreNowMs() - 86_400_000);
    const joined = JoinResponse.parse(await (await join_(JSON.stringify({ token: old.token }))).json());
    expect(joined.voterId).toBe(old.voter.voterId);
    expect(joined.expiresAtMs).toBeGreaterThan(old.voter.expiresAtMs);
  });

  it('with a forged or an expired token is a new voter', async () => {
    const expired = tokens.mint(null, 'live', coreNowMs() - 9 * 86_400_000);
    for (const token of [expired.token, `${expired.token}x`, 'nonsense']) {
      const response = await join_(JSON.stringify({ token }));
      expect(response.status).toBe(200);
      expect(JoinResponse.parse(await response.json()).voterId).not.toBe(expired.voter.voterId);
    }
  });

  it('that is no join is 400, that is too large 413', async () => {
    for (const body of ['{', '[]', '"x"', '{"token":5}', '{"code":["x"]}']) {
      const response = await join_(body);
      expect([response.status, await code(response)]).toEqual([400, 'malformed']);
    }
    expect((await join_(JSON.stringify({ token: 'x'.repeat(5_000) }))).status).toBe(413);
  });
});

describe('the state for polling pages', () => {
  it('carries its version as ETag and may be shared for a second', async () => {
    const response = await rig.call('/v1/state');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1, stale-if-error=10');
    const state = PublicState.parse(await response.json());
    expect(response.headers.get('etag')).toBe(`"${state.epoch}-${state.rev}"`);
  });

  it('is 304 for who has it, and 200 again once there is a newer one', async () => {
    const etag = (await rig.call('/v1/state')).headers.get('etag') ?? '';
    const known = { headers: { 'if-none-match': etag } };
    const same = await rig.call('/v1/state', known);
    expect([same.status, same.headers.get('etag'), await same.text()]).toEqual([304, etag, '']);
    expect(same.headers.get('cache-control')).toContain('s-maxage=1');
    expect((await rig.call('/v1/state', { headers: { 'if-none-match': '*' } })).status).toBe(304);
    rig.core.publish(stateOf({ rev: 2, message: 'news' }), true);
    await until(() => rig.core.heartbeat?.stateRev === 2);
    const newer = await rig.call('/v1/state', known);
    expect([newer.status, newer.headers.get('etag')]).toEqual([200, '"1-2"']);
    expect(PublicState.parse(await newer.json()).message).toBe('news');
  });

  it('counts who polls, not what they call themselves', async () => {
    const own = await startRig();
    for (let i = 0; i < 300; i += 1) await own.call('/v1/state', { headers: { 'user-agent': `phone ${i}` } });
    // 300 requests in ten seconds are what 30 viewers make who ask once a second.
    await until(() => (own.core.heartbeat?.poll ?? 0) >= 25);
    expect(own.core.heartbeat?.poll).toBeLessThanOrEqual(30);
    expect(own.core.heartbeat?.joins).toBe(0);
    await own.call('/v1/join', { method: 'POST', body: '{}' });
    await until(() => own.core.heartbeat?.joins === 1);
    await own.end();
  });
});

describe('any address', () => {
  const paths = [
    ['/v1/state', 'GET, HEAD, OPTIONS', 'POST'],
    ['/v1/events', 'GET, OPTIONS', 'POST'],
    ['/v1/ws', 'GET, OPTIONS', 'POST'],
    ['/v1/join', 'POST, OPTIONS', 'GET'],
    ['/v1/ballots', 'POST, OPTIONS', 'PUT'],
    ['/healthz', 'GET, HEAD, OPTIONS', 'DELETE'],
    ['/readyz', 'GET, HEAD, OPTIONS', 'POST'],
    ['/', 'GET, HEAD, OPTIONS', 'POST'],
  ] as const;

  it.each(paths)('%s lets pages of other origins ask first, and remember that for two hours', async (path, allow) => {
    const response = await rig.call(path, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toBe(allow);
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, content-type, if-none-match');
    expect(response.headers.get('access-control-max-age')).toBe('7200');
  });

  it.each(paths)('%s is not found by another method, and says what it takes', async (path, allow, wrong) => {
    const response = await rig.call(path, { method: wrong });
    expect([response.status, response.headers.get('allow'), await code(response)]).toEqual([404, allow, 'not-found']);
  });

  it.each([
    '/v1',
    '/v1/',
    '/v1/state/',
    '/desk',
    '/desk/?EIO=4&transport=polling',
    '/api/v1/state',
    '/api/v1/session',
    '/metrics',
  ])('%s that is not of this port is 404', async (path) => {
    const response = await rig.call(path);
    expect([response.status, await code(response)]).toEqual([404, 'not-found']);
    expect((await rig.call(path, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('that is not /v1/ws takes no WebSocket, and /v1/ws nothing else', async () => {
    const handshake =
      'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    expect(await raw(`GET /desk HTTP/1.1\r\n${handshake}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 404/);
    expect((await rig.call('/v1/ws')).status).toBe(400);
  });

  it('answers HEAD without a body', async () => {
    const response = await rig.call('/v1/state', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('etag')).toMatch(/^"1-/);
  });

  it('refuses headers over 32 KB and bytes that are no HTTP, and lives', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Pad: ${'x'.repeat(33_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
    expect(await raw('EHLO mail\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await rig.call('/healthz')).status).toBe(200);
  });

  it('gives up on a body that does not come', async () => {
    const slow = await startRig({ limits: { requestMs: 200 } });
    const status = await new Promise((resolve, reject) => {
      const req = request(`${slow.url}/v1/ballots`, { method: 'POST', headers: { 'content-length': 100 } }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.on('error', reject);
      req.write('{"id":');
    });
    expect(status).toBe(408);
    await slow.end();
  });
});

describe('health', () => {
  it('is alive, and ready only with a state', async () => {
    expect((await rig.call('/healthz')).status).toBe(200);
    expect((await rig.call('/readyz')).status).toBe(200);
  });

  it('without a state is alive but not ready, and whoever comes is told to come back', async () => {
    const orphan = await startRig({ core: false });
    expect((await orphan.call('/healthz')).status).toBe(200);
    expect((await orphan.call('/readyz')).status).toBe(503);
    for (const [path, init] of [
      ['/v1/join', { method: 'POST', body: '{}' }],
      ['/v1/state', {}],
      ['/v1/events', {}],
    ] as const) {
      const response = await orphan.call(path, init);
      expect([response.status, response.headers.get('retry-after'), await code(response)]).toEqual([
        503,
        '1',
        'unavailable',
      ]);
    }
    const viewer = await orphan.viewer();
    viewer.say({ t: 'hello', token: null });
    expect((await viewer.next('error')).code).toBe('unavailable');
    await viewer.next('bye');
    expect((await viewer.end()).code).toBe(1013);
    await orphan.core.start();
    await orphan.edge.firstState;
    expect((await orphan.call('/v1/join', { method: 'POST', body: '{}' })).status).toBe(200);
    expect((await orphan.call('/readyz')).status).toBe(200);
    await orphan.end();
  });
});
