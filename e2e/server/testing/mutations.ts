/** Bytes that are nearly what a client sends. */
import type { SeededRandom } from './seeded-random.ts';

const ODD_BYTES = [0x00, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x7f, 0x80, 0xc3, 0xff];
const ODD_TEXTS = [
  '\r\n\r\n',
  '\r\nContent-Length: 5\r\n',
  '\r\nTransfer-Encoding: chunked\r\n',
  '\r\nHost: elsewhere\r\n',
  '\r\nUpgrade: websocket\r\nConnection: upgrade\r\n',
  '\r\nExpect: 100-continue\r\n',
  '../../../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '{"__proto__":{"x":1}}',
  '['.repeat(2_000),
  '9'.repeat(400),
  '-1',
  '1e999',
  '\ud83d\ude00',
  'x'.repeat(5_000),
  'null',
  '"\\ud800"',
];

/** The same bytes with one to four things done to them that no client does. */
export function mutated(bytes: Buffer, random: SeededRandom): Buffer {
  let now = bytes;
  for (let left = random.between(1, 4); left > 0; left -= 1) now = once(now, random);
  return now;
}

function once(bytes: Buffer, random: SeededRandom): Buffer {
  const at = random.between(0, bytes.length);
  const to = Math.min(bytes.length, at + random.between(0, 40));
  const around = (middle: Buffer) => Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(to)]);
  switch (random.between(0, 6)) {
    case 0: {
      const turned = Buffer.from(bytes);
      if (at < bytes.length) turned[at] = (turned[at] ?? 0) ^ (1 << random.between(0, 7));
      return turned;
    }
    case 1:
      return around(Buffer.alloc(0));
    case 2:
      return around(Buffer.from([random.pick(ODD_BYTES)]));
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(ODD_TEXTS)), bytes.subarray(at)]);
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    default:
      return around(Buffer.from(Array.from({ length: random.between(1, 30) }, () => random.between(0, 255))));
  }
}

/** The bytes in one to three pieces. */
export function inPieces(bytes: Buffer, random: SeededRandom): Buffer[] {
  const cuts = Array.from({ length: random.between(0, 2) }, () => random.between(0, bytes.length)).sort(
    (a, b) => a - b,
  );
  return [...cuts, bytes.length].map((end, i) => bytes.subarray(cuts[i - 1] ?? 0, end));
}

/** A frame as a client makes it. */
export function plainFrame(payload: Buffer, isBinary: boolean): Buffer {
  return masked(frameHead(0x80 | (isBinary ? 2 : 1), payload.length, true), payload, Buffer.alloc(4));
}

/** A frame of a client with whatever stands in its head. */
export function oddFrame(payload: Buffer, random: SeededRandom): Buffer {
  const usual = random.between(0, 3) > 0;
  const opcode = usual ? random.pick([1, 1, 1, 0, 2, 8, 9, 10]) : random.between(0, 15);
  const first = (random.between(0, 3) > 0 ? 0x80 : 0) | (usual ? 0 : random.between(0, 7) << 4) | opcode;
  const length = usual ? payload.length : random.pick([payload.length, 0, 126, 65_535, 65_537]);
  const head = frameHead(first, length, random.between(0, 9) > 0);
  return masked(head, payload, Buffer.from(Array.from({ length: 4 }, () => random.between(0, 255))));
}

function frameHead(first: number, length: number, isMasked: boolean): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = (isMasked ? 0x80 : 0) | (head.length === 2 ? length : head.length === 4 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

function masked(head: Buffer, payload: Buffer, mask: Buffer): Buffer {
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0)))]);
}
