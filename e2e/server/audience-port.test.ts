/** Every call of the audience port, as a program of somebody else would use it. */
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { PublicState } from '../../shared/protocol/audience.ts';
import { fileServer } from './testing/file-server.ts';
import { audienceCall, HttpViewer } from './testing/http-viewer.ts';
import { rawHttp } from './testing/raw-http.ts';
import { TEST_MS } from './testing/server.ts';
import { SseViewer } from './testing/sse-viewer.ts';
import { newPoll } from './testing/stage.ts';
import { foreignToken, spoiltTokens } from './testing/tokens.ts';
import { until } from './testing/until.ts';
import { newBallotId, TRANSPORTS, voterOn } from './testing/voters.ts';
import { WsViewer } from './testing/ws-viewer.ts';

const here = fileServer({ mode: 'live', edges: 2 });
const url = (path: string) => here.server.audienceUrl + path;
const versionOf = ({ epoch, rev }: PublicState) => `${epoch}-${rev}`;

describe('join', () => {
  test('gives a new voter a token, a life and the state', async () => {
    const beforeMs = Date.now();
    const { status, body, headers } = await audienceCall(url('/v1/join'), { method: 'POST', body: '{}' });
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      token: expect.stringMatching(/^\S{20,512}$/),
      voterId: expect.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
      expiresAtMs: expect.any(Number),
      serverNowMs: expect.any(Number),
      state: expect.any(Object),
    });
    expect(body.expiresAtMs).toBeGreaterThan(beforeMs + 86_400_000);
    expect(Math.abs(body.serverNowMs - beforeMs)).toBeLessThan(10_000);
    expect(PublicState.parse(body.state)).toEqual(body.state);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('knows a voter again by its token, and takes whoever has none that holds as new', async () => {
    const first = await HttpViewer.arrive({ audienceUrl: here.server.audienceUrl });
    const again = await HttpViewer.join(here.server.audienceUrl, { token: first.token });
    expect(again.status).toBe(200);
    expect(again.body.voterId).toBe(first.voterId);
    const ids = new Set([first.voterId]);
    for (const token of Object.values(await spoiltTokens(here.place, first.token))) {
      const { status, body } = await HttpViewer.join(here.server.audienceUrl, { token });
      expect(status).toBe(200);
      ids.add(body.voterId);
    }
    expect(ids.size, 'every spoilt token made a new voter').toBe(
      1 + Object.keys(await spoiltTokens(here.place, first.token)).length,
    );
  });

  test('refuses what is no request', async () => {
    for (const body of ['{', '[]', '"a"', '{"token":5}', '{"code":7}']) {
      const answer = await audienceCall(url('/v1/join'), { method: 'POST', body });
      expect(answer.status, body).toBe(400);
      expect(answer.body).toStrictEqual({ error: { code: 'malformed', message: expect.any(String) } });
    }
    const large = await audienceCall(url('/v1/join'), {
      method: 'POST',
      body: JSON.stringify({ identity: 'x'.repeat(5_000) }),
    });
    expect(large.status).toBe(413);
  });
});

describe('tokens that do not hold', () => {
  test.for(['forged', 'altered', 'expired', 'foreign', 'desk', 'empty', 'words'] as const)(
    'a %s one can cast no ballot over HTTP, and is sent away on a socket',
    async (kind) => {
      const { id } = await here.stage.air(newPoll());
      const real = await voterOn('http', { audienceUrl: here.server.audienceUrl });
      const token = {
        ...(await spoiltTokens(here.place, real.token)),
        foreign: foreignToken(),
        desk: here.server.ready.deskTokens.owner,
      }[kind];
      const ballot = { id: newBallotId(), pollId: id, round: 1, choice: ['a'] };
      const json = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(ballot) };
      const plain = {
        method: 'POST',
        headers: { 'content-type': 'text/plain' },
        body: JSON.stringify({ ...ballot, token }),
      };
      const naked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ballot) };
      for (const request of [json, plain, naked]) {
        const answer = await audienceCall(url('/v1/ballots'), request);
        expect(answer.status).toBe(401);
        expect(answer.body).toStrictEqual({ error: { code: 'bad-token', message: expect.any(String) } });
        expect(answer.headers.get('cache-control')).toContain('no-store');
      }
      const viewer = new WsViewer({ audienceUrl: here.server.audienceUrl, token });
      await expect(viewer.connect()).rejects.toThrow('4401');
      expect(viewer.frames).toStrictEqual([{ t: 'bye', reason: expect.any(String), retryAfterMs: expect.any(Number) }]);
      expect(viewer.closes.map(({ code }) => code)).toEqual([4401]);
      expect(await here.server.desk().recount(id)).toMatchObject({ total: 0 });
    },
  );
});

describe('state', () => {
  test('is small, may be kept by shared caches for a second, and is not sent twice', async () => {
    await here.server.desk().command('show.clear', null);
    await here.stage.air(newPoll());
    const first = await audienceCall(url('/v1/state'));
    expect(first.status).toBe(200);
    expect(first.headers.get('etag')).toBe(`"${versionOf(first.body)}"`);
    expect(first.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1, stale-if-error=10');
    expect(first.headers.get('content-type')).toContain('application/json');
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(JSON.stringify(first.body).length).toBeLessThanOrEqual(500);
    for (const tag of [
      `"${versionOf(first.body)}"`,
      `W/"${versionOf(first.body)}"`,
      `"x", "${versionOf(first.body)}"`,
    ]) {
      const again = await audienceCall(url('/v1/state'), { headers: { 'if-none-match': tag } });
      expect(again, tag).toMatchObject({ status: 304, body: '' });
      expect(again.headers.get('etag')).toBe(`"${versionOf(first.body)}"`);
      expect(again.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1, stale-if-error=10');
    }
    const other = await audienceCall(url('/v1/state'), { headers: { 'if-none-match': '"1-1"' } });
    expect(other.status).toBe(200);
    const head = await audienceCall(url('/v1/state'), { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
  });
});

describe('events', () => {
  test('give the state at once, new ones as they come, and set the time to come back', async () => {
    const { id } = await here.stage.air(newPoll());
    const viewer = await SseViewer.open(here.server.audienceUrl);
    expect(viewer.status).toBe(200);
    expect(viewer.headers.get('content-type')).toContain('text/event-stream');
    expect(viewer.headers.get('access-control-allow-origin')).toBe('*');
    expect(viewer.headers.get('cache-control')).toMatch(/no-store|no-cache/);
    await until(() => viewer.events.at(-1)?.data.poll?.id === id, { what: 'the state as an event' });
    await here.server.desk().command('poll.pause', id, { reason: 'a goal' });
    await until(() => viewer.events.at(-1)?.data.poll?.intake === 'paused', { what: 'the next state as an event' });
    await here.server.desk().command('poll.resume', id);
    await until(() => viewer.events.at(-1)?.data.poll?.intake === 'open', { what: 'the state after it' });
    for (const { event, id: eventId, data } of viewer.events) {
      expect(event).toBe('state');
      expect(eventId).toBe(versionOf(data));
      expect(PublicState.parse(data)).toEqual(data);
    }
    expect(viewer.retries.length).toBeGreaterThan(0);
    expect(viewer.retries.every((ms) => ms >= 100 && ms <= 120_000)).toBe(true);
  });

  test('go on after the last one that came, without sending it again', async () => {
    const { id } = await here.stage.air(newPoll());
    const first = await SseViewer.open(here.server.audienceUrl);
    await until(() => first.events.at(-1)?.data.poll?.id === id, { what: 'the state as an event' });
    const last = first.events.at(-1)?.id ?? '';
    const again = await SseViewer.open(here.server.audienceUrl, { lastEventId: last });
    await until(() => again.retries.length > 0 || again.comments.length > 0, { what: 'the stream has begun' });
    await here.server.desk().command('poll.pause', id, { reason: 'a goal' });
    await until(() => again.events.at(-1)?.data.poll?.intake === 'paused', { what: 'the next state' });
    expect(again.events.map(({ id: eventId }) => eventId)).not.toContain(last);
    const outdated = await SseViewer.open(here.server.audienceUrl, { lastEventId: '1-1' });
    await until(() => outdated.events.length > 0, { what: 'the state for who has an old one' });
  });
});

test('one voter’s ballot gets one receipt, over every transport and every edge', { timeout: TEST_MS }, async () => {
  const desk = here.server.desk();
  const { audienceUrl } = here.server;
  const { id } = await here.stage.air(newPoll());
  const token = (await voterOn('http', { audienceUrl })).token;
  const ballot = { id: newBallotId(), pollId: id, round: 1, choice: ['b'] };
  const sockets = await Promise.all(Array.from({ length: 16 }, () => voterOn('ws', { audienceUrl, token })));
  await until(async () => (await desk.vitals()).edges.filter((edge) => edge.ws > 0).length === 2, {
    what: 'the sockets are on both edges',
  });
  const first = await (await voterOn('http', { audienceUrl, token })).cast(ballot);
  expect(first.receipt?.status).toBe('accepted');
  for (const voter of sockets) expect((await voter.cast(ballot)).receipt).toEqual(first.receipt);
  for (const transport of TRANSPORTS) {
    expect((await (await voterOn(transport, { audienceUrl, token })).cast(ballot)).receipt).toEqual(first.receipt);
  }
  await here.stage.close(id);
  expect((await sockets[0]?.cast(ballot))?.receipt, 'after the close too').toEqual(first.receipt);
  expect(await desk.recount(id)).toMatchObject({ total: 1, matches: true, classes: { counted: 1, duplicate: 0 } });
});

describe('everything else', () => {
  test.for([
    '/v1',
    '/v1/',
    '/v1/states',
    '/v1/state/',
    '/v2/state',
    '/index.php',
    '/desk',
    '/desk/',
    '/desk/?EIO=4&transport=websocket',
    '/socket.io/',
    '/api/v1/state',
    '/api/v1/session',
    '/api/v1/commands',
    '/api/v1/openapi.json',
    '/metrics',
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../package.json',
    '//etc/passwd',
  ])('%s is not there', async (path) => {
    for (const method of ['GET', 'POST']) {
      const { status, text, headers } = await rawHttp(here.server.audienceUrl, path, {
        method,
        headers: { authorization: `Bearer ${here.server.ready.deskToken}` },
      });
      expect(status).toBe(404);
      expect(JSON.parse(text)).toStrictEqual({ error: { code: 'not-found', message: expect.any(String) } });
      expect(headers['access-control-allow-origin']).toBe('*');
    }
  });

  test('the desk’s sockets do not open here', async () => {
    const deskSocket = new WebSocket(`${url('/desk/').replace(/^http/, 'ws')}?EIO=4&transport=websocket`);
    const outcome = await new Promise<string>((resolve) => {
      deskSocket.on('open', () => resolve('open'));
      deskSocket.on('error', (error) => resolve(error.message));
    });
    expect(outcome).toContain('404');
  });

  test('a page from anywhere may ask, and a browser keeps that for two hours', async () => {
    for (const path of ['/v1/join', '/v1/state', '/v1/ballots', '/v1/events']) {
      const { status, headers, text } = await rawHttp(here.server.audienceUrl, path, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://elsewhere.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });
      expect(status).toBe(204);
      expect(text).toBe('');
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['access-control-max-age']).toBe('7200');
      expect(String(headers['access-control-allow-headers']).toLowerCase()).toMatch(/authorization/);
      expect(String(headers['access-control-allow-headers']).toLowerCase()).toMatch(/content-type/);
      expect(String(headers['access-control-allow-methods'])).toMatch(
        path === '/v1/join' || path === '/v1/ballots' ? /POST/ : /GET/,
      );
    }
  });

  test('health and readiness are said, and kept by nobody', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const { status, headers } = await audienceCall(url(path));
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('no-store');
    }
  });
});
