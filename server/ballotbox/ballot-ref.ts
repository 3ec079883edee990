import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a reference survives being read out. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

const pool = Buffer.alloc(LENGTH * 512);
let used = pool.length;

/**
 * A new receipt reference such as `7F3K-91QD-4M2X`: 60 random bits. Random and not counted up, because a sequence
 * would tell every viewer the turnout.
 */
export function newBallotRef(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let ref = '';
  for (let i = 0; i < LENGTH; i++) {
    if (i === 4 || i === 8) ref += '-';
    ref += ALPHABET.charAt(pool.readUInt8(used + i) & 31);
  }
  used += LENGTH;
  return ref;
}
