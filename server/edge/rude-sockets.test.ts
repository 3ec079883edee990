/** Viewers who send what no client sends: they lose their socket, and nobody else notices. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig, until } from './edge-harness.test-part.ts';
import { ruleOf } from './fake-core.test-part.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  rig.core.setRules([ruleOf('q1', {})]);
  await until(() => rig.core.heartbeat?.rulesRev === 1);
});
afterAll(() => rig.end());

const REQUEST = [
  'GET /v1/ws HTTP/1.1',
  'Host: vote.example.com',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');
/** A frame masked with zeros. */
const frame = (first: number, payload: string | Buffer) => {
  const bytes = Buffer.from(payload);
  const head = bytes.length < 126 ? [0x80 | bytes.length] : [0xfe, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([first, ...head, 0, 0, 0, 0]), bytes]);
};
const TEXT = 0x81;
const FIRST_PART = 0x01;
const NEXT_PART = 0x00;
const PING = 0x89;
const PONG = 0x8a;
const HELLO = frame(TEXT, '{"t":"hello","token":null}');

/** A viewer by its bytes. Reads all that comes, and knows with which code it was sent away. */
class Rude {
  readonly socket: Socket;
  heard = Buffer.alloc(0);
  isOver = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      // The last of it tells the end.
      this.heard = Buffer.concat([this.heard, chunk]).subarray(-65_536);
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isOver = true;
    });
  }

  static async joined(port: number): Promise<Rude> {
    const rude = new Rude(port);
    rude.socket.write(Buffer.concat([Buffer.from(REQUEST), HELLO]));
    await until(() => rude.heard.includes('"t":"welcome"'));
    return rude;
  }

  /** Sends it over and over, at most so many bytes; the bytes that were taken. */
  async floods(bytes: Buffer, mostBytes: number): Promise<number> {
    let sent = 0;
    while (sent < mostBytes && !this.isOver) {
      await new Promise((resolve) => this.socket.write(bytes, resolve));
      sent += bytes.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return sent;
  }

  get closeCode(): number | null {
    const at = this.heard.lastIndexOf(0x88);
    return at < 0 || at + 4 > this.heard.length ? null : this.heard.readUInt16BE(at + 2);
  }
}

const times = (count: number, bytes: Buffer) => Buffer.concat(Array.from({ length: count }, () => bytes));
const MB = 1_048_576;

describe('a socket is closed with 1008', () => {
  it.each<[string, Buffer, Buffer]>([
    ['a message of empty parts that never ends', frame(FIRST_PART, ''), times(1_000, frame(NEXT_PART, ''))],
    [
      'parts of a byte between pongs',
      frame(FIRST_PART, 'a'),
      times(500, Buffer.concat([frame(NEXT_PART, 'b'), frame(PONG, 'c'.repeat(100))])),
    ],
    ['pings without end', frame(PING, ''), times(1_000, frame(PING, 'x'))],
    ['pongs without end', frame(PONG, ''), times(1_000, frame(PONG, 'x'))],
    ['messages of an unknown type', frame(TEXT, '{"t":"ping"}'), times(300, frame(TEXT, '{"t":"dance"}'))],
    ['messages that are none', frame(TEXT, '{"t":"ping"}'), times(300, frame(TEXT, '{'))],
    ['pings of the protocol', frame(TEXT, '{"t":"ping"}'), times(300, frame(TEXT, '{"t":"ping"}'))],
    ['messages that are too large', frame(TEXT, '{"t":"ping"}'), times(20, frame(TEXT, 'x'.repeat(5_000)))],
  ])('for %s', async (_, first, more) => {
    const rude = await Rude.joined(rig.port);
    rude.socket.write(first);
    const sent = await rude.floods(more, 64 * MB);
    await until(() => rude.isOver);
    expect(sent).toBeLessThan(16 * MB);
    expect([1008, null]).toContain(rude.closeCode);
    const { viewer } = await rig.joined();
    viewer.say({ t: 'ping' });
    await viewer.next('pong');
    viewer.socket.terminate();
  });

  it('and says why, and when to come back', async () => {
    const { viewer } = await rig.joined();
    for (let i = 0; i < 250; i += 1) viewer.say({ t: 'ping' });
    expect((await viewer.end()).code).toBe(1008);
    expect(viewer.frames.at(-1)).toEqual({ t: 'bye', reason: 'too-many-frames', retryAfterMs: 700 });
  });
});

describe('an ordinary client never notices', () => {
  it('with a ping each second, forty ballots at once, and what it sends again', async () => {
    const { viewer } = await rig.joined();
    for (let second = 0; second < 60; second += 1) viewer.say({ t: 'ping' });
    for (let i = 0; i < 40; i += 1) viewer.say({ t: 'ballot', id: `o${i}`, pollId: 'q1', round: 1, choice: ['a'] });
    for (let i = 0; i < 500; i += 1) viewer.say({ t: 'ballot', id: `o${i}`, pollId: 'q1', round: 1, choice: ['a'] });
    await until(() => viewer.frames.length === 1 + 60 + 540);
    expect(viewer.frames.filter(({ t }) => t === 'receipt').length).toBeGreaterThanOrEqual(40);
    viewer.say({ t: 'ping' });
    await until(() => viewer.frames.at(-1)?.t === 'pong');
    expect(viewer.closed).toBeNull();
  });
});

describe('before hello', () => {
  it('a message may not be larger than any that is read, so that thousands of them hold little', async () => {
    const rude = new Rude(rig.port);
    rude.socket.write(Buffer.concat([Buffer.from(REQUEST), frame(TEXT, 'x'.repeat(4_096 + 1)).subarray(0, 2_000)]));
    await until(() => rude.isOver);
    expect(rude.closeCode).toBe(1009);
  });
});

describe('whoever goes on behind the end', () => {
  it('is not waited for', async () => {
    const rude = await Rude.joined(rig.port);
    await until(() => (rig.core.heartbeat?.ws ?? 0) >= 1);
    // No frame at all: the reader has stopped at its first byte.
    const sent = await rude.floods(Buffer.alloc(32_768, 0xff), 64 * MB);
    expect(sent).toBeLessThan(16 * MB);
    await until(() => rude.isOver);
  });
});
