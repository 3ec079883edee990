import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { markOf, networkOf } from '../process/network.ts';
import { startRig, tempFolder, until } from './edge-harness.test-part.ts';
import { Guests } from './guests.ts';

const HOME = networkOf('203.0.113.5');
const GET = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`;

let server: Server;
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server?.close();
});

/** Answers at once, but for `/late`, which `release` answers. */
async function house(guests: Guests) {
  const late: (() => void)[] = [];
  const sides: Socket[] = [];
  server = createServer((req, res) => {
    guests.asks(req.socket, HOME);
    const waits = req.url === '/late';
    res.on('close', () => guests.answered(req.socket, waits));
    if (waits) late.push(() => res.end());
    else res.end();
    if (waits && !guests.waits(req.socket)) req.socket.destroy();
  });
  server.on('connection', (socket: Socket) => sides.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = () => {
    const own = { socket: connect(port, '127.0.0.1'), answers: 0, isOver: false };
    own.socket.on('data', (chunk) => {
      own.answers += chunk.toString().split('HTTP/1.1 200').length - 1;
    });
    own.socket
      .on('error', () => {})
      .on('close', () => {
        own.isOver = true;
      });
    clients.push(own.socket);
    return own;
  };
  return { client, late, sides };
}

describe('connections between two requests', () => {
  it('go for others, the one that has been idle for longest first; one with a request under way never', async () => {
    const guests = new Guests({ mostWaiting: 4, patienceTurns: 100 });
    const { client, late, sides } = await house(guests);
    const [a, b, c] = [client(), client(), client()];
    for (const [i, one] of [a, b, c].entries()) {
      one.socket.write(GET('/'));
      await until(() => one.answers === 1 && guests.size === i + 1);
    }
    // The first has asked again since, and waits.
    a.socket.write(GET('/late'));
    await until(() => late.length === 1);
    expect(guests.showOutOldest()).toBe(true);
    await until(() => b.isOver);
    expect(guests.showOutOldest()).toBe(true);
    await until(() => c.isOver);
    expect(guests.showOutOldest()).toBe(false);
    late[0]?.();
    await until(() => a.answers === 2 && guests.size === 1);
    expect(a.isOver).toBe(false);
    // Half a request is under way, too, as long as its network has no more of them than others.
    const [aSide] = sides;
    const readBytes = aSide?.bytesRead ?? 0;
    a.socket.write('GET / HT');
    await until(() => (aSide?.bytesRead ?? 0) > readBytes);
    expect(guests.showOutOldest()).toBe(false);
    expect(guests.idle.showOut(markOf(HOME), 5)).toBe(1);
    await until(() => a.isOver);
    expect([...guests.idle.marks(), ...guests.busy.marks()]).toEqual([]);
  });

  it('a poll that is answered beside the server is a sign of life', async () => {
    const guests = new Guests({ mostWaiting: 4, patienceTurns: 100 });
    const { client, sides } = await house(guests);
    const [a, b] = [client(), client()];
    for (const [i, one] of [a, b].entries()) {
      one.socket.write(GET('/'));
      await until(() => guests.size === i + 1);
    }
    const [aSide] = sides;
    if (aSide !== undefined) guests.repeats(aSide);
    guests.showOutOldest();
    await until(() => b.isOver);
    expect(a.isOver).toBe(false);
  });
});

describe('what one connection can make an edge hold', () => {
  it('requests without end behind one that is never answered end it', async () => {
    const rig = await startRig({ limits: { waitingRequests: 8 } });
    const socket = connect(rig.port, '127.0.0.1');
    let isOver = false;
    socket.on('error', () => {}).on('data', () => {});
    socket.on('close', () => {
      isOver = true;
    });
    // One that is open, and as many as may wait behind it.
    socket.write(GET('/v1/events').repeat(1 + 8));
    await until(() => rig.core.heartbeat?.sse === 1);
    expect(isOver).toBe(false);
    socket.write(GET('/v1/events'));
    await until(() => isOver);
    await until(() => rig.core.heartbeat?.sse === 0);
    await rig.end();
  });

  it('many requests at once that can be answered at once all are', async () => {
    const rig = await startRig({ limits: { waitingRequests: 8 } });
    const socket = connect(rig.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.write(GET('/healthz').repeat(100));
    await until(() => heard.split('{"status":"ok"}').length === 101);
    socket.destroy();
    await rig.end();
  });

  it('a body that never ends ends in time', async () => {
    const rig = await startRig({ limits: { requestMs: 1_000 } });
    const socket = connect(rig.port, '127.0.0.1');
    let heard = '';
    let isOver = false;
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        heard += chunk.toString();
      });
    socket.on('close', () => {
      isOver = true;
    });
    socket.write('POST /v1/ballots HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const drip = setInterval(() => socket.write('1\r\n{\r\n'), 50);
    await until(() => isOver);
    clearInterval(drip);
    expect(heard).toContain('408 Request Timeout');
    await rig.end();
  });

  it('whoever asks for much and takes in nothing is let go', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'page'));
    writeFileSync(join(folder, 'page', 'index.html'), 'page');
    writeFileSync(join(folder, 'page', 'large.bin'), Buffer.alloc(16 * 1024 * 1024, 1));
    const rig = await startRig({ folder, limits: { deadAfterMs: 2_000 } });
    const held = () => rig.core.heartbeat?.descriptors ?? 0;
    const before = held();
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(rig.port, '127.0.0.1').on('error', () => {});
      socket.pause();
      socket.write(GET('/large.bin'));
      return socket;
    });
    await until(() => held() >= before + sockets.length);
    // Somebody who reads slowly is not one of them.
    let bytes = 0;
    const slow = connect(rig.port, '127.0.0.1').on('data', (chunk) => {
      bytes += chunk.length;
      slow.pause();
      setTimeout(() => slow.resume(), 20);
    });
    slow.write(GET('/large.bin'));
    await until(() => held() <= before + 1);
    expect(bytes).toBeGreaterThan(0);
    expect(slow.destroyed).toBe(false);
    for (const socket of [...sockets, slow]) socket.destroy();
    await rig.end();
  });
});
