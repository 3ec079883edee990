import { createHmac, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { voterKeys } from './voter-key.ts';

it('a voter key is the first half of the HMAC of the voter id, whatever its length', () => {
  const salt = randomBytes(32);
  const keyOf = voterKeys(salt);
  for (const id of ['', 'v', 'é', 'x'.repeat(64), 'y'.repeat(1_000), 'v']) {
    expect(keyOf(id)).toEqual(createHmac('sha256', salt).update(id).digest().subarray(0, 16));
  }
});

it('a salt of another length is a mistake', () => {
  expect(() => voterKeys(randomBytes(16))).toThrow(/32 bytes/);
});
