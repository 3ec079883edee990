import { expect, it } from 'vitest';
import { HeldBytes } from './held-bytes.ts';

it('gives back what it was given, piece by piece', () => {
  const pieces = Array.from({ length: 700 }, (_, i) => Buffer.from([i & 0xff]));
  const held = new HeldBytes(pieces[0] ?? Buffer.alloc(0));
  for (const piece of pieces.slice(1)) held.add(piece);
  expect(held.whole()).toEqual(Buffer.concat(pieces));
});

it('keeps neither the chunk that a piece was cut from nor room for more than twice what it holds', () => {
  const chunk = Buffer.alloc(65_536);
  const held = new HeldBytes(chunk.subarray(0, 1));
  expect(held.whole().buffer.byteLength).toBe(held.capacity);
  expect(held.capacity).toBeLessThanOrEqual(256);
  for (let i = 1; i < 5_000; i += 1) {
    held.add(chunk.subarray(i, i + 1));
    expect(held.capacity).toBeLessThanOrEqual(Math.max(256, 2 * held.length));
  }
  held.add(Buffer.alloc(0));
  expect(held.length).toBe(5_000);
});
