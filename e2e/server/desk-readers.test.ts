/** Somebody with a desk token who asks without end and takes in nothing, sends what never ends, or asks for another protocol. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DeskSocket } from './testing/desk-socket.ts';
import { fileServer } from './testing/file-server.ts';
import { rawHttp } from './testing/raw-http.ts';

const here = fileServer({ mode: 'live', edges: 1 });
const MB = 1024 * 1024;
const MOST_MORE_BYTES = 350 * MB;
/** Of the 45,000 pages that are asked for below, a command of somebody else waits for no more than so many: 26 to 36, and 130 to 380 without the bound. */
const MOST_PAGES_BEFORE = 120;

function line(): Socket {
  const { hostname, port } = new URL(here.server.deskUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}
const request = (first: string, headers: Record<string, string>, body = '') => {
  const all = Object.entries({ host: new URL(here.server.deskUrl).host, ...headers });
  return `${first} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
};
const bearer = (role: 'owner' | 'verifier') => ({ authorization: `Bearer ${here.server.ready.deskTokens[role]}` });
/** Resident memory of the core. */
const coreBytes = () =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${here.server.pidOf('core')}/status`, 'utf8'))?.[1]);

/** Large refused commands, until a page of the log is what a page may be. */
async function fillLog(): Promise<void> {
  const verifier = here.server.desk('verifier');
  for (let n = 0; n < 600; n++) {
    const { status } = await verifier.send({ type: 'show.control', payload: { for: 'x'.repeat(1_000) }, target: 'y' });
    if (status === 429) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** How long this machine takes for a page of the log while nobody else asks, ms. */
async function fastestPageMs(): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const asked = performance.now();
    await here.server.desk().call('GET', '/api/v1/log?limit=1000');
    times.push(performance.now() - asked);
  }
  return Math.min(...times);
}

test.skipIf(process.platform !== 'linux')(
  'of thousands of requests for the log that nobody reads the core keeps little, and other desks are answered meanwhile',
  async () => {
    await fillLog();
    const owner = await DeskSocket.open({ deskUrl: here.server.deskUrl, token: here.server.ready.deskToken });
    const pageMs = await fastestPageMs();
    const before = coreBytes();
    const ask = request('GET /api/v1/log?limit=1000', bearer('verifier'));
    const waits: number[] = [];
    let most = 0;
    // Some leave as soon as they have asked: what they asked for is worked on all the same.
    for (let n = 0; n < 400; n++) {
      const socket = line();
      socket.pause();
      socket.write(ask.repeat(n % 2 === 0 ? 25 : 200), () => n % 4 === 3 && socket.resetAndDestroy());
      if (n % 40 !== 0) continue;
      const asked = performance.now();
      await owner.send({ type: 'show.control' });
      waits.push(performance.now() - asked);
      most = Math.max(most, coreBytes());
    }
    for (let n = 0; n < 20; n++) {
      const asked = performance.now();
      await owner.send({ type: 'show.control' });
      waits.push(performance.now() - asked);
      most = Math.max(most, coreBytes());
    }
    const slowestMs = Math.max(...waits);
    console.log(
      `slowest command ${Math.round(slowestMs)} ms (a page takes ${Math.round(pageMs)}), ${Math.round((most - before) / MB)} MB more`,
    );
    expect(slowestMs / pageMs).toBeLessThan(MOST_PAGES_BEFORE);
    expect(most - before).toBeLessThan(MOST_MORE_BYTES);
    expect((await here.server.desk().call('GET', '/api/v1/log')).status).toBe(200);
  },
);

test('one token has so many answers under way and no more, and is told so', async () => {
  const ask = request('GET /api/v1/log?limit=1000', bearer('verifier'));
  const statuses: string[] = [];
  for (let n = 0; n < 12; n++) {
    line()
      .on('data', (chunk) => statuses.push(...(String(chunk).match(/HTTP\/1.1 \d+/g) ?? [])))
      .write(ask.repeat(30));
  }
  await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(350), { timeout: 60_000 });
  expect(new Set(statuses)).toEqual(new Set(['HTTP/1.1 200', 'HTTP/1.1 429']));
  expect((await here.server.desk('verifier').call('GET', '/api/v1/log')).status).toBe(200);
});

test('a body is not read of whoever shows no token, and none is waited for without end', async () => {
  const json = { 'content-type': 'application/json', 'content-length': '200000' };
  const heard = (socket: Socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    return () => text;
  };
  const stranger = line();
  const itHears = heard(stranger);
  stranger.write(request('POST /api/v1/commands', json, '{'));
  await vi.waitFor(() => expect(itHears()).toContain('401 Unauthorized'), { timeout: 10_000 });
  const guesser = line();
  const guesserHears = heard(guesser);
  guesser.write(request('POST /api/v1/session', json, '{'));
  await vi.waitFor(() => expect(guesserHears()).toContain('400 Bad Request'), { timeout: 10_000 });
  const desk = line();
  const deskHears = heard(desk);
  desk.write(request('POST /api/v1/commands', { ...json, ...bearer('owner') }, '{'));
  await vi.waitFor(() => expect(deskHears()).toContain('408 Request Timeout'), { timeout: 60_000, interval: 200 });
  await vi.waitFor(() => expect([stranger.closed, guesser.closed, desk.closed]).toEqual([true, true, true]), {
    timeout: 60_000,
  });
});

test.for([
  ['websocket', '/nothing', 404],
  ['websocket', '/desk', 404],
  ['h2c', '/api/v1/state', 401],
] as [string, string, number][])('asked for %s at %s it answers as if nobody had', async ([upgrade, path, status]) => {
  const headers = { connection: 'Upgrade', upgrade, 'sec-websocket-key': 'x', 'sec-websocket-version': '13' };
  expect((await rawHttp(here.server.deskUrl, path, { headers })).status).toBe(status);
  const foreign = { ...headers, origin: 'http://evil.example' };
  expect((await rawHttp(here.server.deskUrl, path, { headers: foreign })).status).toBe(403);
});

test('whoever asks for a socket and is gone with the answer on its way ends nothing', async () => {
  const pid = here.server.pidOf('core');
  for (const headers of [{}, { origin: 'http://evil.example' }]) {
    for (const path of ['/desk/?EIO=4&transport=websocket', '/nothing']) {
      for (let n = 0; n < 50; n++) {
        const socket = line();
        const all = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', ...headers };
        await new Promise<void>((resolve) => {
          socket.write(request(`GET ${path}`, all), () => resolve());
        });
        socket.resetAndDestroy();
      }
    }
  }
  expect((await here.server.desk().state()).show.title).toBe('Test show');
  expect(here.server.pidOf('core')).toBe(pid);
  expect(here.server.events.filter(({ event }) => event === 'restarted')).toEqual([]);
});

test('an owner who signs the desks out again and again is refused, and the log does not grow by it', async () => {
  const owner = here.server.desk();
  const codes = new Map<number, number>();
  for (let n = 0; n < 40; n++) {
    const { status } = await owner.call('POST', '/api/v1/sessions/end');
    codes.set(status, (codes.get(status) ?? 0) + 1);
  }
  expect(codes.get(200)).toBeLessThanOrEqual(11);
  expect(codes.get(429)).toBeGreaterThanOrEqual(29);
});
