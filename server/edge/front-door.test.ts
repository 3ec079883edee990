import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig, until } from './edge-harness.test-part.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.end());

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
/** What RFC 6455, 1.3, says that this key is answered with. */
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const PLAIN = [
  'GET /v1/ws HTTP/1.1',
  'Host: vote.example.com',
  'Connection: Upgrade',
  'Upgrade: websocket',
  `Sec-WebSocket-Key: ${KEY}`,
  'Sec-WebSocket-Version: 13',
];
const FIREFOX = [
  'GET /v1/ws HTTP/1.1',
  'Host: vote.example.com',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  'Accept: */*',
  'Sec-WebSocket-Version: 13',
  'Origin: https://vote.example.com',
  'Sec-WebSocket-Extensions: permessage-deflate',
  `Sec-WebSocket-Key: ${KEY}`,
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
];
const request = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;
/** A hello, masked with zeros. */
const HELLO = Buffer.concat([Buffer.from([0x81, 0x80 | 28, 0, 0, 0, 0]), Buffer.from('{"t":"hello","token": null }')]);

/** A connection by its bytes. */
class Line {
  readonly socket: Socket;
  heard = '';
  over = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      this.heard += chunk.toString('latin1');
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.over = true;
    });
  }

  static async to(port: number): Promise<Line> {
    const line = new Line(port);
    await once(line.socket, 'connect');
    return line;
  }

  async says(bytes: string | Buffer): Promise<void> {
    await new Promise((resolve) => this.socket.write(bytes, resolve));
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard.includes(text) || this.over);
    expect(this.heard).toContain(text);
  }
}

async function says(bytes: string | Buffer): Promise<Line> {
  const line = await Line.to(rig.port);
  await line.says(bytes);
  return line;
}

/** Every form that ends in a WebSocket, whichever way it is read. */
const FORMS: [string, string[]][] = [
  ['as a bare client writes it', PLAIN],
  ['as a browser writes it', FIREFOX],
  ['in capitals', PLAIN.map((line, i) => (i === 0 ? line : line.replace(/^[^:]+/, (name) => name.toUpperCase())))],
  ['without spaces', PLAIN.map((line) => line.replace(': ', ':'))],
  ['with a query', ['GET /v1/ws?x=1 HTTP/1.1', ...PLAIN.slice(1)]],
  ['with the version before the last', PLAIN.map((line) => line.replace(': 13', ': 8'))],
  ['with two lines of one name', ['GET /v1/ws HTTP/1.1', 'Connection: keep-alive', ...PLAIN.slice(1)]],
];

describe('a request for a WebSocket', () => {
  it.each(FORMS)('%s is answered by the RFC, and the viewer comes in', async (_, lines) => {
    const line = await says(request(lines));
    await line.hears(`Sec-WebSocket-Accept: ${ACCEPT}\r\n`);
    expect(line.heard).toMatch(/^HTTP\/1\.1 101 .*\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n/);
    expect(line.heard).not.toMatch(/extensions|protocol:/i);
    await line.says(HELLO);
    await line.hears('"t":"welcome"');
    line.socket.destroy();
  });

  it('may come byte by byte, and with its first frame behind it', async () => {
    const slow = await Line.to(rig.port);
    for (const byte of Buffer.from(request(PLAIN))) await slow.says(Buffer.from([byte]));
    await slow.says(HELLO);
    await slow.hears('"t":"welcome"');
    const quick = await says(Buffer.concat([Buffer.from(request(PLAIN)), HELLO]));
    await quick.hears('"t":"welcome"');
    for (const { socket } of [slow, quick]) socket.destroy();
  });

  it('that offers protocols gets the first of them, without which a browser gives up', async () => {
    const line = await says(request([...PLAIN, 'Sec-WebSocket-Protocol: poll.v1, other']));
    await line.hears('\r\nSec-WebSocket-Protocol: poll.v1\r\n');
    line.socket.destroy();
  });

  it.each<[string, string[]]>([
    ['no key', PLAIN.filter((line) => !line.includes('Key'))],
    ['a key of another length', PLAIN.map((line) => line.replace(KEY, 'c2hvcnQ='))],
    ['another version', PLAIN.map((line) => line.replace(': 13', ': 12'))],
    ['no version', PLAIN.filter((line) => !line.includes('Version'))],
    ['a protocol that is none', [...PLAIN, 'Sec-WebSocket-Protocol: a b']],
    ['a control character', [...PLAIN, 'X-Odd: a\u0001b']],
    ['a line without a colon', [...PLAIN, 'odd']],
    ['a length and a transfer encoding', [...PLAIN, 'Content-Length: 5', 'Transfer-Encoding: chunked']],
  ])('with %s is refused with 400', async (_, lines) => {
    const line = await says(request(lines));
    await until(() => line.over);
    expect(line.heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(line.heard).not.toContain('101 Switching');
  });

  it('without the wish to change protocols is told what this address speaks', async () => {
    for (const lines of [
      PLAIN.map((line) => line.replace('Connection: Upgrade', 'Connection: close')),
      PLAIN.slice(0, 2),
    ]) {
      const line = await says(request(lines));
      await line.hears('speaks WebSocket only');
      line.socket.destroy();
    }
  });

  it('with more headers than there may be is refused with 431', async () => {
    const line = await says(request([...PLAIN, `X-Long: ${'x'.repeat(33_000)}`]));
    await line.hears('431 ');
    expect(line.heard).not.toContain('101 Switching');
  });
});

describe('everything else', () => {
  it('is answered as if nobody stood at the door, also when it comes in pieces or one behind the other', async () => {
    const get = request(['GET /healthz HTTP/1.1', 'Host: vote.example.com']);
    const line = await Line.to(rig.port);
    for (const byte of Buffer.from(get)) await line.says(Buffer.from([byte]));
    await line.hears('{"status":"ok"}');
    line.heard = '';
    await line.says(get + get + request(['GET /v1/state HTTP/1.1', 'Host: x', 'Connection: close']));
    await until(() => line.over);
    expect(line.heard.match(/HTTP\/1\.1 200 OK/g)?.length).toBe(3);
    expect(line.heard.match(/\{"status":"ok"\}/g)?.length).toBe(2);
    expect(line.heard).toContain('"epoch":');
  });

  it('may become a WebSocket on a connection that has served other requests', async () => {
    const line = await says(request(['GET /healthz HTTP/1.1', 'Host: vote.example.com']));
    await line.hears('{"status":"ok"}');
    await line.says(request(PLAIN));
    await line.hears(ACCEPT);
    await line.says(HELLO);
    await line.hears('"t":"welcome"');
    line.socket.destroy();
  });

  it('that is no HTTP is refused, and a connection that says nothing is ended', async () => {
    const odd = await says('\u0016\u0003\u0001 this is no request\r\n\r\n');
    await until(() => odd.over);
    expect(odd.heard).toMatch(/^HTTP\/1\.1 400 /);
    const quick = await startRig({ limits: { requestMs: 1_500 } });
    const silent = await Line.to(quick.port);
    const half = await Line.to(quick.port);
    await half.says('GET /v1/ws HTTP/1.1\r\nHost: x\r\n');
    await until(() => silent.over && half.over);
    for (const { heard } of [silent, half]) expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    await quick.end();
  });

  it('that is over before it has said anything leaves nothing behind', async () => {
    const line = await Line.to(rig.port);
    line.socket.end();
    await until(() => line.over);
    expect(line.heard).toBe('');
  });
});

describe('the end of a WebSocket', () => {
  const masked = (first: number, payload: Buffer) =>
    Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

  async function joined(at: Rig): Promise<Line> {
    const line = await Line.to(at.port);
    await line.says(Buffer.concat([Buffer.from(request(PLAIN)), HELLO]));
    await line.hears('"t":"welcome"');
    line.heard = '';
    return line;
  }

  it('is answered with the code that it came with, and the connection ends', async () => {
    const line = await joined(rig);
    await line.says(masked(0x88, Buffer.from([0x03, 0xe9])));
    await until(() => line.over);
    expect(Buffer.from(line.heard, 'latin1')).toEqual(Buffer.from([0x88, 2, 0x03, 0xe9]));
  });

  it('is told to whoever breaks the protocol, with the code that says so', async () => {
    const line = await joined(rig);
    await line.says(Buffer.from([0x81, 0x01, 0x78]));
    await until(() => line.over);
    expect(Buffer.from(line.heard, 'latin1')).toEqual(Buffer.from([0x88, 2, 0x03, 0xea]));
  });

  it('is no end of others’ time: a connection that is only half closed, or reset, is forgotten', async () => {
    const own = await startRig();
    const half = await joined(own);
    const reset = await joined(own);
    await until(() => own.core.heartbeat?.ws === 2);
    half.socket.end();
    reset.socket.resetAndDestroy();
    await until(() => own.core.heartbeat?.ws === 0);
    expect(half.over).toBe(true);
    await own.end();
  });

  it('comes with pings answered by what they came with', async () => {
    const line = await joined(rig);
    await line.says(masked(0x89, Buffer.from('tick')));
    await line.hears('\u008a\u0004tick');
    line.socket.destroy();
  });
});
