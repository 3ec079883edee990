import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import pino from 'pino';
import { expect, test } from 'vitest';
import { Doors } from './doors.ts';

const CALLERS = 64;
/** Connects while the other thread stands still, and says when all are connected. */
const CALLER = `
const { workerData: { port, callers, gate } } = require('node:worker_threads');
const { connect } = require('node:net');
let connected = 0;
for (let i = 0; i < callers; i++) {
  connect(port, '127.0.0.1').on('connect', () => {
    connected += 1;
    if (connected === callers) { Atomics.store(gate, 0, 1); Atomics.notify(gate, 0); }
  }).on('error', () => {});
}
`;

test.skipIf(process.platform !== 'linux')(
  'a turn of the event loop lets in several, so that long turns keep few people waiting',
  async () => {
    const server = createServer();
    const sockets: Socket[] = [];
    server.on('connection', (socket: Socket) => sockets.push(socket));
    server.removeListener('connection', server.listeners('connection')[0] as () => void);
    const doors = new Doors({
      makeRoom: () => false,
      fair: { make: () => 0, calm: () => {} },
      server,
      host: '127.0.0.1',
      port: 0,
      sharesPort: true,
      most: 1_000,
      log: pino({ level: 'silent' }),
    });
    const port = await doors.open();
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const caller = new Worker(CALLER, { eval: true, workerData: { port, callers: CALLERS, gate } });
    await once(caller, 'online');
    Atomics.wait(gate, 0, 0);
    expect(sockets.length).toBe(0);
    const perTurn: number[] = [];
    while (sockets.length < CALLERS) {
      const before = sockets.length;
      await turn();
      perTurn.push(sockets.length - before);
    }
    expect(Math.max(...perTurn)).toBeGreaterThan(CALLERS / 16);
    await doors.look();
    expect(doors.connections).toBe(CALLERS);
    void doors.close();
    await caller.terminate();
    for (const socket of sockets) socket.destroy();
  },
);

/** A name: looking it up takes turns of the event loop, between which anything may happen. */
const HOST = 'localhost';

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
  });
}

test.skipIf(process.platform !== 'linux')('closed while they open again, they stay closed', async () => {
  const server = createServer();
  const doors = new Doors({
    makeRoom: () => false,
    fair: { make: () => 0, calm: () => {} },
    server,
    host: HOST,
    port: 0,
    sharesPort: true,
    most: 1,
    log: pino({ level: 'silent' }),
  });
  const port = await doors.open();
  const first = connect(port, HOST);
  await once(first, 'connect');
  while (server.listening) {
    connect(port, HOST).on('error', () => {});
    await turn();
  }
  first.destroy();
  // As the first of them listens, the others are still to come.
  let isOpened = false;
  server.once('listening', () => {
    isOpened = true;
    void doors.close();
  });
  while (!isOpened) {
    await turn();
    await doors.look();
  }
  while (server.listening) await turn();
  for (let tries = 0; tries < 50; tries += 1) expect(await answers(port)).toBe(false);
});
