import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WS_FAULT, type WsFault, WsReader } from './ws-reader.ts';

const MOST_BYTES = 70_000;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

type Told =
  | { t: 'text'; text: string }
  | { t: 'binary'; bytes: string }
  | { t: 'ping'; payload: string }
  | { t: 'pong' }
  | { t: 'close'; code: number | null }
  | { t: 'fault'; fault: WsFault };

class Recorder extends WsReader {
  readonly told: Told[] = [];
  parts = 0;
  protected readonly mostBytes = MOST_BYTES;

  protected tookPart(): void {
    this.parts += 1;
  }
  protected tookMessage(bytes: Buffer, isText: boolean): void {
    this.told.push(isText ? { t: 'text', text: bytes.toString() } : { t: 'binary', bytes: bytes.toString('hex') });
  }
  protected tookPing(payload: Buffer): void {
    this.told.push({ t: 'ping', payload: payload.toString('hex') });
  }
  protected tookPong(): void {
    this.told.push({ t: 'pong' });
  }
  protected tookClose(code: number | null): void {
    this.told.push({ t: 'close', code });
  }
  protected tookFault(fault: WsFault): void {
    this.told.push({ t: 'fault', fault });
  }
}

interface Frame {
  opcode: number;
  payload: Buffer;
  last?: boolean;
  masked?: boolean;
  reserved?: number;
  /** In how many bytes the length is said, where not in as few as possible. */
  lengthBytes?: 2 | 8;
}

/** A frame by the letter of RFC 6455, 5.2. */
function frame({ opcode, payload, last = true, masked = true, reserved = 0, lengthBytes }: Frame): Buffer {
  const { length } = payload;
  const bytes = lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + bytes);
  head[0] = (last ? 0x80 : 0) | reserved | opcode;
  head[1] = (masked ? 0x80 : 0) | (bytes === 0 ? length : bytes === 2 ? 126 : 127);
  if (bytes === 2) head.writeUInt16BE(length, 2);
  if (bytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  const mask = Buffer.from([0x11, 0xe2, 0x33, 0xf4]);
  const body = Buffer.from(payload.map((byte, i) => byte ^ (masked ? (mask[i % 4] ?? 0) : 0)));
  return Buffer.concat(masked ? [head, mask, body] : [head, body]);
}

const text = (of: string, more: Partial<Frame> = {}) => frame({ opcode: TEXT, payload: Buffer.from(of), ...more });
const part = (of: string) => frame({ opcode: 0, payload: Buffer.from(of), last: false });
const closing = (code: number, reason = '') => {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return frame({ opcode: CLOSE, payload });
};

function tell(...chunks: Buffer[]): Told[] {
  const reader = new Recorder();
  for (const chunk of chunks) reader.read(Buffer.from(chunk));
  return reader.told;
}

describe('what a client sends', () => {
  it('is told the same however its bytes are cut', () => {
    const message = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'binary', maxLength: 300 }) }),
      fc.record({ kind: fc.constant('binary' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
      fc.record({ kind: fc.constant('long' as const), length: fc.integer({ min: 120, max: MOST_BYTES }) }),
      fc.record({ kind: fc.constant('ping' as const), bytes: fc.uint8Array({ maxLength: 125 }) }),
    );
    const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, parts), { maxLength: 6 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (messages, cuts) => {
          const expected: Told[] = [];
          const frames: Buffer[] = [];
          for (const [said, splits] of messages) {
            if (said.kind === 'ping') {
              frames.push(frame({ opcode: PING, payload: Buffer.from(said.bytes) }));
              expected.push({ t: 'ping', payload: Buffer.from(said.bytes).toString('hex') });
              continue;
            }
            const isText = said.kind !== 'binary';
            const payload =
              said.kind === 'text'
                ? Buffer.from(said.text)
                : said.kind === 'binary'
                  ? Buffer.from(said.bytes)
                  : Buffer.alloc(said.length, 'é');
            const whole = said.kind === 'long' ? Buffer.from(payload.toString().slice(0, -1)) : payload;
            const pieces = piecesOf(whole, splits);
            pieces.forEach((piece, i) => {
              const opcode = i > 0 ? 0 : isText ? TEXT : BINARY;
              frames.push(frame({ opcode, payload: piece, last: i === pieces.length - 1 }));
              // Control frames may stand between the parts of a message.
              if (i < pieces.length - 1) frames.push(frame({ opcode: PONG, payload: Buffer.alloc(0) }));
            });
            for (let i = 1; i < pieces.length; i++) expected.push({ t: 'pong' });
            expected.push(
              isText ? { t: 'text', text: whole.toString() } : { t: 'binary', bytes: whole.toString('hex') },
            );
          }
          expect(tell(...piecesOf(Buffer.concat(frames), cuts))).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is told when it comes byte by byte, also in the longest form of its length', () => {
    for (const bytes of [
      text('hello'),
      text('hello', { lengthBytes: 2 }),
      text('hello', { lengthBytes: 8 }),
      text('x'.repeat(200)),
    ]) {
      const single = [...bytes].map((byte) => Buffer.from([byte]));
      expect(tell(...single)).toEqual(tell(bytes));
      expect(tell(...single)).toMatchObject([{ t: 'text' }]);
    }
  });

  it('may say goodbye with a code, with a reason or with nothing; nothing is read after it', () => {
    expect(tell(closing(1000, 'done'))).toEqual([{ t: 'close', code: 1000 }]);
    expect(tell(closing(4999))).toEqual([{ t: 'close', code: 4999 }]);
    expect(tell(frame({ opcode: CLOSE, payload: Buffer.alloc(0) }), text('late'))).toEqual([
      { t: 'close', code: null },
    ]);
    expect(tell(Buffer.concat([closing(1001), text('late')]))).toEqual([{ t: 'close', code: 1001 }]);
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of memory that hold what is not whole. */
async function growth(readers: number, feed: (reader: Recorder) => void): Promise<number> {
  const all = Array.from({ length: readers }, () => new Recorder());
  collect();
  const beforeBytes = process.memoryUsage().arrayBuffers;
  for (const reader of all) feed(reader);
  // What nobody holds any more goes in a later turn.
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  const bytes = process.memoryUsage().arrayBuffers - beforeBytes;
  // They live to here.
  expect(all.every((reader) => reader.told.length >= 0)).toBe(true);
  return bytes;
}

describe('what is held of what is not whole', () => {
  it('is as much as has come of it, and not the chunks that it came in', async () => {
    const readers = 200;
    // Large chunks of pings, at whose end a frame begins, or stands a part of a message.
    const pings = Buffer.concat(Array.from({ length: 500 }, () => frame({ opcode: PING, payload: Buffer.alloc(125) })));
    const begun = await growth(readers, (reader) => {
      reader.read(Buffer.concat([pings, text('never whole').subarray(0, 3)]));
    });
    expect(begun / readers).toBeLessThan(2_048);
    const parts = await growth(readers, (reader) => {
      reader.read(text('a', { last: false }));
      for (let i = 0; i < 20; i += 1) reader.read(Buffer.concat([pings, part('b')]));
    });
    expect(parts / readers).toBeLessThan(2_048);
  });

  it('costs the sender for every control frame and every part, and not for whole messages', () => {
    const reader = new Recorder();
    reader.read(
      Buffer.concat([text('a'), frame({ opcode: PING, payload: Buffer.alloc(0) }), text('b', { last: false })]),
    );
    reader.read(Buffer.concat([part(''), frame({ opcode: 0, payload: Buffer.alloc(0) }), text('c')]));
    expect(reader.parts).toBe(4);
    expect(reader.told.flatMap((told) => (told.t === 'text' ? [told.text] : []))).toEqual(['a', 'b', 'c']);
  });

  it('is nothing any more once the other side has broken the protocol', () => {
    const reader = new Recorder();
    reader.read(Buffer.concat([text('a', { last: false }), text('b')]));
    for (let i = 0; i < 1_000; i += 1) reader.read(part('x'));
    expect(reader.told).toEqual([{ t: 'fault', fault: WS_FAULT.protocol }]);
    expect(reader.parts).toBe(1);
  });
});

describe('what breaks the protocol', () => {
  const one = Buffer.from('x');
  it.each<[string, WsFault, Buffer[]]>([
    ['a frame without a mask', WS_FAULT.protocol, [text('x', { masked: false })]],
    ...[0x40, 0x20, 0x10, 0x70].map((reserved): [string, WsFault, Buffer[]] => [
      `reserved bits ${reserved.toString(16)}`,
      WS_FAULT.protocol,
      [text('x', { reserved })],
    ]),
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, WsFault, Buffer[]] => [
      `the unknown kind ${opcode}`,
      WS_FAULT.protocol,
      [frame({ opcode, payload: one })],
    ]),
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code): [string, WsFault, Buffer[]] => [
      `the code ${code}, which is nobody’s to send`,
      WS_FAULT.protocol,
      [closing(code)],
    ]),
    ['a goodbye in parts', WS_FAULT.protocol, [frame({ opcode: CLOSE, payload: Buffer.alloc(0), last: false })]],
    ['a long goodbye', WS_FAULT.protocol, [closing(1000, 'x'.repeat(124))]],
    ['a continuation of nothing', WS_FAULT.protocol, [frame({ opcode: 0, payload: one })]],
    ['a message in the middle of another', WS_FAULT.protocol, [text('a', { last: false }), text('b')]],
    ['a control frame in parts', WS_FAULT.protocol, [frame({ opcode: PING, payload: one, last: false })]],
    ['a long control frame', WS_FAULT.protocol, [frame({ opcode: PING, payload: Buffer.alloc(126) })]],
    ['half a code', WS_FAULT.protocol, [frame({ opcode: CLOSE, payload: one })]],
    ['a reason that is no UTF-8', WS_FAULT.notUtf8, [frame({ opcode: CLOSE, payload: Buffer.from([3, 232, 255]) })]],
    ['text that is no UTF-8', WS_FAULT.notUtf8, [frame({ opcode: TEXT, payload: Buffer.from([0xc3, 0x28]) })]],
    [
      'text that is no UTF-8 over two frames',
      WS_FAULT.notUtf8,
      [
        frame({ opcode: TEXT, payload: Buffer.from([0xc3]), last: false }),
        frame({ opcode: 0, payload: Buffer.from([0x28]) }),
      ],
    ],
    [
      'a message of more parts than anybody makes',
      WS_FAULT.policy,
      [text('a', { last: false }), ...Array.from({ length: 127 }, () => part('b'))],
    ],
    [
      'a message of empty parts that never ends',
      WS_FAULT.policy,
      [text('', { last: false }), ...Array.from({ length: 127 }, () => part(''))],
    ],
    ['too large a frame', WS_FAULT.tooLarge, [frame({ opcode: TEXT, payload: Buffer.alloc(MOST_BYTES + 1) })]],
    [
      'too large a message of small frames',
      WS_FAULT.tooLarge,
      [text('x'.repeat(60_000), { last: false }), frame({ opcode: 0, payload: Buffer.alloc(10_001) })],
    ],
    ['a length beyond all numbers', WS_FAULT.tooLarge, [Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0])]],
  ])('%s ends the reading with its code, once, however it is cut', (_, fault, frames) => {
    const bytes = Buffer.concat([...frames, text('late')]);
    const faults = [{ t: 'fault', fault }];
    expect(tell(bytes)).toEqual(faults);
    expect(tell(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(faults);
  });

  it('is found in the head of a frame, before its bytes have come', () => {
    const head = frame({ opcode: TEXT, payload: Buffer.alloc(MOST_BYTES + 1) }).subarray(0, 10);
    expect(tell(head)).toEqual([{ t: 'fault', fault: WS_FAULT.tooLarge }]);
  });

  it('of whatever kind, in random bytes, never throws and is told at most once', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
        const faults = tell(...chunks.map((chunk) => Buffer.from(chunk))).filter(({ t }) => t === 'fault');
        expect(faults.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});

/** The bytes in pieces that end at these shares of their length. */
function piecesOf(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const ends = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}
