import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { stopListening } from './stop-listening.ts';

const CALLERS = 30;
/** Connects while the other thread stands still, says so, and then asks. */
const CALLER = `
const { workerData: { port, callers, gate } } = require('node:worker_threads');
const { connect } = require('node:net');
let connected = 0;
let over = 0;
const answers = [];
const done = () => { over += 1; if (over === callers) require('node:worker_threads').parentPort.postMessage(answers); };
for (let i = 0; i < callers; i++) {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => {
    connected += 1;
    if (connected === callers) { Atomics.store(gate, 0, 1); Atomics.notify(gate, 0); }
    socket.write('GET / HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n');
  });
  socket.on('data', (data) => answers.push(String(data).slice(0, 15)));
  socket.on('error', (error) => answers.push(error.code));
  socket.on('close', done);
}
`;

test('whoever the system has connected by then is served, and nobody after', async () => {
  const server = createServer((_, res) => res.end('here'));
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const caller = new Worker(CALLER, { eval: true, workerData: { port, callers: CALLERS, gate } });
  // All of them wait to be accepted: the system has connected them, and this thread has not looked.
  await once(caller, 'online');
  Atomics.wait(gate, 0, 0);
  void stopListening(server, [server]);
  const closed = once(server, 'close');
  const [answers] = await once(caller, 'message');
  expect(answers).toEqual(Array(CALLERS).fill('HTTP/1.1 200 OK'));
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});
