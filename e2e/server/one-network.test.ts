/** One laptop that takes every connection it can get, in each way there is: the edge stays ready, and others come in and vote. */
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Place } from './testing/place.ts';
import { startServer, TEST_MS } from './testing/server.ts';
import { newPoll, Stage } from './testing/stage.ts';
import { until } from './testing/until.ts';
import { newBallotId, voterOn } from './testing/voters.ts';

/** Few, so that a small attack fills an edge. */
const DESCRIPTORS = 400;
/** What such an edge has for connections. */
const ROOM = DESCRIPTORS - 100;
/** Behind the proxy that this machine is taken for. */
const LAPTOP = '203.0.113.66';

const request = (target: string, more: string[]) =>
  [`GET ${target} HTTP/1.1`, 'Host: vote.example.com', `X-Forwarded-For: ${LAPTOP}`, ...more, '', ''].join('\r\n');
const upgrade = request('/v1/ws', [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]);
/** A hello, masked with zeros. */
const hello = (token: string | null) => {
  const text = Buffer.from(JSON.stringify({ t: 'hello', token }));
  return Buffer.concat([Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]), text]);
};
/** Its 100 Continue says that the head has been read. */
const unfinished = request('/v1/ballots', ['Content-Length: 900', 'Expect: 100-continue']).replace('GET', 'POST');

interface Way {
  kind: string;
  first: string;
  /** Once the first has been answered. */
  answer: ((token: string) => Buffer) | null;
}

const WAYS: Way[] = [
  { kind: 'sockets that never say hello', first: upgrade, answer: null },
  { kind: 'connections that have asked once', first: request('/healthz', []), answer: null },
  { kind: 'event streams', first: request('/v1/events', []), answer: null },
  { kind: 'requests that never end', first: unfinished, answer: null },
  { kind: 'sockets with one token', first: upgrade, answer: (token) => hello(token) },
  { kind: 'sockets with a new token each', first: upgrade, answer: () => hello(null) },
];

test.skipIf(process.platform === 'win32').each(WAYS)(
  'one network that holds all the $kind it can get keeps nobody else out, and its edge is ready',
  { timeout: TEST_MS },
  async ({ first, answer }) => {
    const place = new Place();
    const server = await startServer({
      place,
      show: place.show([]),
      mode: 'live',
      edges: 1,
      descriptors: DESCRIPTORS,
      args: ['--trusted-proxy', '127.0.0.0/8'],
    });
    const desk = server.desk();
    const stage = new Stage(desk);
    const { audienceUrl } = server;
    const { token } = await voterOn('http', { audienceUrl });
    const held = new Set<Socket>();
    let opened = 0;
    let isOver = false;
    const hold = () =>
      new Promise<void>((resolve) => {
        const socket = connect({ port: Number(new URL(audienceUrl).port), host: '127.0.0.1' });
        held.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          held.delete(socket);
          resolve();
        });
        socket.write(first, () => {
          opened += 1;
        });
        socket.once('data', () => {
          if (answer !== null) socket.write(answer(token));
          resolve();
        });
      });
    const attack = (async () => {
      while (!isOver) await Promise.all(Array.from({ length: 10 }, hold));
    })();
    await until(() => opened > 3 * ROOM, { what: 'the laptop has asked for more than there is' });

    const { id } = await stage.air(newPoll());
    for (let i = 0; i < 3; i += 1) {
      expect((await fetch(audienceUrl)).status).toBe(200);
      for (const transport of ['ws', 'http'] as const) {
        const voter = await voterOn(transport, { audienceUrl });
        const cast = await voter.cast({ id: newBallotId(), pollId: id, round: 1, choice: ['a'] });
        expect(cast.receipt?.status).toBe('accepted');
      }
      expect((await desk.vitals()).edges[0]).toMatchObject({ ready: true });
    }
    expect((await desk.vitals()).alarms).toEqual([]);
    isOver = true;
    await attack;
    for (const socket of held) socket.destroy();
    expect(await server.stop()).toBe(0);
  },
);
