import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig, tempFolder, until } from './edge-harness.test-part.ts';
import { namesEtag, takesGzip, targetOf } from './http-rules.ts';

let rig: Rig;
beforeAll(async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'page'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), `<!doctype html><title>Vote</title>${'<p>'.repeat(500)}`);
  rig = await startRig({ folder });
});
afterAll(() => rig.end());

/** All that comes back on these bytes, until the other end closes or has said this. */
function raw(bytes: string, enough: (heard: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(rig.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      if (enough(heard)) socket.destroy();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
const get = (target: string, ...headers: string[]) =>
  raw(`GET ${target} HTTP/1.1\r\n${['Connection: close', ...headers].join('\r\n')}\r\n\r\n`);
const HOST = 'Host: vote.example.com';
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
const shake = (target: string, ...headers: string[]) =>
  raw(`GET ${target} HTTP/1.1\r\n${[...UPGRADE, ...headers].join('\r\n')}\r\n\r\n`, (heard) => heard.includes(' 101 '));

describe('entity tags', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['"1-2"', true],
    ['W/"1-2"', true],
    ['*', true],
    ['"1-1", "1-2"', true],
    ['W/"1-1",W/"1-2" , "x"', true],
    ['"1-22"', false],
    ['1-2', false],
    ['"x1-2"', false],
    ['""', false],
  ])('%s names "1-2": %s', (header, expected) => {
    expect(namesEtag(header, '"1-2"')).toBe(expected);
  });

  it.each(['/', '/v1/state'])('are compared alike for %s: weak ones, lists and the star', async (path) => {
    const etag = (await rig.call(path)).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"a", W/${etag}, "b"`, '*']) {
      expect((await rig.call(path, { headers: { 'if-none-match': known } })).status, known).toBe(304);
    }
    for (const other of ['"a"', `"a${etag.slice(1)}`, etag.slice(1, -1)]) {
      expect((await rig.call(path, { headers: { 'if-none-match': other } })).status, other).toBe(200);
    }
  });
});

describe('encodings', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP;q=0.5', true],
    ['x-gzip', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['br, gzip ; q=0.1', true],
    ['*', true],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['*;q=0, gzip', true],
    ['identity', false],
    ['gzipped', false],
  ])('%s takes gzip: %s', (header, expected) => {
    expect(takesGzip(header)).toBe(expected);
  });

  it('that are refused are not sent', async () => {
    expect(await get('/', HOST, 'Accept-Encoding: gzip;q=0')).not.toMatch(/content-encoding/i);
    expect(await get('/', HOST, 'Accept-Encoding: gzip;q=0.1')).toMatch(/content-encoding: gzip/i);
  });
});

describe('the target of a request', () => {
  it.each([
    ['/', '/', ''],
    ['/v1/state?code=a?b', '/v1/state', 'code=a?b'],
    ['http://vote.example.com', '/', ''],
    ['http://vote.example.com?x=1', '/', 'x=1'],
    ['HTTPS://vote.example.com:443/v1/state?x', '/v1/state', 'x'],
    ['*', '*', ''],
    ['//a/b', '//a/b', ''],
    ['ftp://a/b', 'ftp://a/b', ''],
  ])('%s is %s with the query %s', (url, path, query) => {
    expect(targetOf(url)).toEqual({ path, query });
  });

  it('is found in its absolute form, for pages, calls and WebSockets', async () => {
    for (const target of ['/', '/v1/state', '/healthz']) {
      expect(await get(`http://vote.example.com${target}`, HOST)).toMatch(/^HTTP\/1\.1 200 /);
    }
    expect(await get('http://vote.example.com', HOST)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get('http://vote.example.com/nothing', HOST)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await shake('http://vote.example.com/v1/ws', HOST)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('may be the server as a whole, for OPTIONS', async () => {
    const answer = await raw(`OPTIONS * HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(answer).toMatch(/allow: GET, HEAD, POST, OPTIONS/i);
  });
});

describe('the host of a request', () => {
  it.each<[string, string[]]>([
    ['none', []],
    ['two', [HOST, HOST]],
    ['two in different cases', [HOST, 'hOST: elsewhere.example']],
    ['one that is none', ['Host: vote.example.com/v1']],
    ['one with a user', ['Host: me@vote.example.com']],
  ])('has to be one: %s is refused, by every transport alike', async (_, hosts) => {
    for (const target of ['/', '/v1/state', '/v1/events', '/healthz', '/nothing']) {
      expect(await get(target, ...hosts), target).toMatch(/^HTTP\/1\.1 400 /);
    }
    for (const target of ['/v1/ws', '/v1/ws?x=1']) {
      expect(await shake(target, ...hosts), target).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it('may be empty, and may be left out in HTTP/1.0', async () => {
    expect(await get('/v1/state', 'Host:')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw('GET /v1/state HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('requests one behind the other', () => {
  it('are all answered, also when the last is for the events', async () => {
    const one = (target: string) => `GET ${target} HTTP/1.1\r\n${HOST}\r\n\r\n`;
    const heard = await raw(one('/healthz') + one('/v1/state') + one('/v1/events'), (text) =>
      text.includes('event: state'),
    );
    expect(heard.match(/HTTP\/1\.1 200 /g)?.length).toBe(3);
    expect(heard).toContain('text/event-stream');
    expect(heard.indexOf('{"status":"ok"}')).toBeLessThan(heard.indexOf('text/event-stream'));
  });

  it('leave nothing behind when their sender has gone before the events', async () => {
    const one = (target: string) => `GET ${target} HTTP/1.1\r\n${HOST}\r\n\r\n`;
    for (let i = 0; i < 20; i += 1) {
      await raw(one('/v1/events') + one('/v1/events'), (text) => text.includes('event: state'));
    }
    await until(() => rig.core.heartbeat?.sse === 0);
  });
});

describe('cookies of the broadcaster’s own domain', () => {
  const cookies = (bytes: number) => `Cookie: ${'session=0123456789abcdef; '.repeat(bytes / 26)}`;

  it.each([8_000, 16_000, 30_000])(
    'of %i bytes keep nobody from page, handshake, state, events and votes',
    async (bytes) => {
      const cookie = cookies(bytes);
      expect(await get('/', HOST, cookie)).toMatch(/^HTTP\/1\.1 200 /);
      expect(await get('/v1/state', HOST, cookie)).toMatch(/^HTTP\/1\.1 200 /);
      expect(await shake('/v1/ws', HOST, cookie)).toMatch(/^HTTP\/1\.1 101 /);
      expect(await shake('/v1/ws?unusual', HOST, cookie)).toMatch(/^HTTP\/1\.1 101 /);
      const events = `GET /v1/events HTTP/1.1\r\n${HOST}\r\n${cookie}\r\n\r\n`;
      expect(await raw(events, (text) => text.includes('event: state'))).toMatch(/^HTTP\/1\.1 200 /);
      const headers = { cookie: cookie.slice('Cookie: '.length) };
      expect((await rig.call('/v1/join', { method: 'POST', body: '{}', headers })).status).toBe(200);
    },
  );

  const accept = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8';

  it('beyond all measure are told to a person in a page and to a program as ever', async () => {
    const page = await get('/', HOST, accept, cookies(40_000));
    expect(page).toMatch(/^HTTP\/1\.1 431 /);
    expect(page).toMatch(/content-type: text\/html/i);
    expect(page).toContain('delete the cookies of this site');
    for (const program of [
      await get('/v1/state', HOST, accept, cookies(40_000)),
      await get('/', HOST, cookies(40_000)),
    ]) {
      expect(program).toMatch(/^HTTP\/1\.1 431 /);
      expect(program).toMatch(/content-type: application\/json/i);
      expect(program).toContain('"code":"too-large"');
    }
  });

  it('are found out as late as they come', async () => {
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(rig.port, '127.0.0.1');
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('error', () => {}).on('close', () => resolve(text));
      socket.write(`GET / HTTP/1.1\r\n${HOST}\r\n${accept}\r\n`, () => {
        const more = (left: number) => {
          if (left > 0 && !socket.destroyed)
            socket.write(`Cookie: ${'x'.repeat(1_000)}\r\n`, () => setImmediate(more, left - 1));
        };
        more(50);
      });
    });
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
    expect(heard).toMatch(/content-type: text\/html/i);
  });
});

describe('what a person may see', () => {
  const html = { headers: { accept: 'text/html,*/*;q=0.8' } };

  it('is a page where there is nothing, with the way to the vote and nothing that runs', async () => {
    const response = await rig.call('/nothing', html);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const body = await response.text();
    expect(body).toContain('<a href="/">');
    expect(body).not.toContain('nothing"');
    expect(body).not.toMatch(/<script|<style/);
  });

  it('is a page that tries again by itself where there is none yet', async () => {
    const bare = await startRig();
    const response = await bare.call('/', html);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    expect(await response.text()).toContain('http-equiv="refresh" content="60"');
    const program = await bare.call('/');
    expect([program.status, program.headers.get('content-type')]).toEqual([503, 'application/json; charset=utf-8']);
    await bare.end();
  });

  it('is no page for what programs call', async () => {
    const response = await rig.call('/v1/nothing', html);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
  });
});
