import { createServer, get } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { monotonicNow } from '../process/clocks.ts';
import { type ConnectionRoom, Connections, connectionRoom } from './connections.ts';

const WAIT = { timeout: 10_000 };
/** More than the kernel keeps for a connection. */
const LARGE_BYTES = 16 * 1024 * 1024;
const ROOMY = { known: 20, strangers: 20 };

/** A port that answers, where `/token` shows one of whoever the query names. `pass` lets time pass, ms. */
async function openPort(room: ConnectionRoom, takenWithinMs = 50_000) {
  let passedMs = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/token')) connections.known(request.socket, request.url);
    if (request.url === '/slow') response.write('begun');
    else if (request.url === '/large') response.end(Buffer.alloc(LARGE_BYTES));
    else if (request.url !== '/never') response.end('here');
  });
  const connections = new Connections({
    server,
    room,
    tokenWithinMs: 10_000,
    takenWithinMs,
    monotonicNow: () => monotonicMs(passedMs + (monotonicNow() as unknown as number)),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    connections.close();
    server.closeAllConnections();
    server.close();
  });
  const idle = async (from = '127.0.0.1', say = ''): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => {}).resume();
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    if (say !== '') {
      socket.write(`GET ${say} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await new Promise((resolve) => socket.once('data', resolve));
    }
    return socket;
  };
  const call = (path: string) =>
    new Promise<number>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, agent: false }, (answer) => resolve(answer.resume().statusCode ?? 0)).on(
        'error',
        reject,
      );
    });
  const pass = (ms: number) => {
    passedMs += ms;
  };
  const count = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)));
  return { idle, call, count, pass, port };
}

test('of hundreds of idle connections only a few stay, and who comes after them is served', async () => {
  const port = await openPort({ strangers: 20, known: 20 });
  for (let n = 0; n < 300; n++) await port.idle();
  expect(await port.call('/')).toBe(200);
  await vi.waitFor(async () => expect(await port.count()).toBeLessThanOrEqual(20), WAIT);
});

test('one address crowds out itself and nobody else', async () => {
  const port = await openPort({ strangers: 20, known: 20 });
  const other = await port.idle('127.0.0.2');
  for (let n = 0; n < 100; n++) await port.idle('127.0.0.3');
  expect(await port.call('/')).toBe(200);
  expect(other.destroyed || other.readableEnded).toBe(false);
});

test('whoever has shown no token within ten seconds is gone; who has, stays', async () => {
  const port = await openPort({ strangers: 20, known: 20 });
  const stranger = await port.idle();
  const desk = await port.idle('127.0.0.1', '/token');
  const loading = await port.idle('127.0.0.1', '/slow');
  port.pass(11_000);
  await vi.waitFor(() => expect(stranger.closed).toBe(true), WAIT);
  expect([desk.closed, loading.closed]).toEqual([false, false]);
  port.pass(50_000);
  await vi.waitFor(() => expect(loading.closed).toBe(true), WAIT);
  expect(desk.closed).toBe(false);
});

test('one token crowds out itself and no other', async () => {
  const port = await openPort({ strangers: 20, known: 20 });
  const other = await port.idle('127.0.0.1', '/token?ana');
  for (let n = 0; n < 60; n++) await port.idle('127.0.0.1', '/token?bo');
  await vi.waitFor(async () => expect(await port.count()).toBeLessThanOrEqual(21), WAIT);
  expect(other.closed).toBe(false);
});

test('descriptors are kept back for the core, however few there are', () => {
  expect(connectionRoom(1_000_000)).toEqual({ known: 512, strangers: 512 });
  expect(connectionRoom(1_024)).toEqual({ known: 384, strangers: 384 });
  expect(connectionRoom(511)).toEqual({ known: 128, strangers: 127 });
  expect(connectionRoom(64)).toEqual({ known: 12, strangers: 12 });
});

/** Sends these requests at once. `ended` tells whether it was ended, and `read` reads on. */
function reader(port: number, paths: readonly string[]) {
  const socket = connect({ port, host: '127.0.0.1' });
  let ended = false;
  let bytes = 0;
  const left = () => {
    ended = true;
  };
  socket.on('error', left).on('close', left).pause();
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.pause();
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
  onTestFinished(() => void socket.destroy());
  return { socket, ended: () => ended, bytes: () => bytes };
}

test('whoever takes in nothing of an answer is gone after a while; who takes it in slowly gets it whole', async () => {
  const { port, count } = await openPort(ROOMY, 600);
  reader(port, ['/token', '/large']);
  await vi.waitFor(async () => expect(await count()).toBe(1), WAIT);
  const slow = reader(port, ['/token', '/large']);
  const sips = setInterval(() => {
    slow.socket.resume();
    setTimeout(() => slow.socket.pause(), 10);
  }, 150);
  onTestFinished(() => clearInterval(sips));
  await vi.waitFor(() => expect(slow.bytes()).toBeGreaterThan(LARGE_BYTES), { timeout: 60_000 });
  await vi.waitFor(async () => expect(await count()).toBe(0), WAIT);
});

test('an answer that takes its time to be made is waited for, and an idle connection is not', async () => {
  const { port, count } = await openPort(ROOMY, 300);
  const waiting = reader(port, ['/token', '/never']);
  const idle = reader(port, ['/token']);
  waiting.socket.resume();
  idle.socket.resume();
  await vi.waitFor(() => expect(idle.ended()).toBe(true), WAIT);
  expect(waiting.ended()).toBe(false);
  expect(await count()).toBe(1);
});

test('of one connection only so many requests may wait for their answers', async () => {
  const { port } = await openPort(ROOMY);
  const few = reader(port, ['/token', ...Array.from({ length: 31 }, () => '/never')]);
  const many = reader(port, ['/token', ...Array.from({ length: 40 }, () => '/never')]);
  few.socket.resume();
  many.socket.resume();
  await vi.waitFor(() => expect(many.ended()).toBe(true), WAIT);
  expect(few.ended()).toBe(false);
});
