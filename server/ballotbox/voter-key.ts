import { hash } from 'node:crypto';

const SALT_BYTES = 32;
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const KEY_BYTES = 16;

/**
 * How a run names its voters: the first 16 bytes of HMAC-SHA256(run salt, voter id). Without the salt, nobody can tell
 * which of two runs' ballots came from one device, nor whose they are.
 *
 * The HMAC is put together from two one-shot hashes, because `createHmac` costs four to six times as much
 * (12 to 20 µs against 3 µs a ballot) on the path of every vote.
 */
export function voterKeys(salt: Buffer): (voterId: string) => Buffer {
  if (salt.length !== SALT_BYTES) throw new Error(`a run's salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  let inner = padded(salt, { with: 0x36, room: 256 });
  const outer = padded(salt, { with: 0x5c, room: DIGEST_BYTES });
  return (voterId) => {
    const length = Buffer.byteLength(voterId);
    if (BLOCK_BYTES + length > inner.length) inner = padded(salt, { with: 0x36, room: length });
    inner.write(voterId, BLOCK_BYTES);
    hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'buffer').copy(outer, BLOCK_BYTES);
    return hash('sha256', outer, 'buffer').subarray(0, KEY_BYTES);
  };
}

const bySalt = new WeakMap<Buffer, (voterId: string) => Buffer>();

/** `voterKeys` of a salt that has been asked for before, for as long as somebody holds the salt. */
export function voterKeysOf(salt: Buffer): (voterId: string) => Buffer {
  let keyOf = bySalt.get(salt);
  if (keyOf === undefined) {
    keyOf = voterKeys(salt);
    bySalt.set(salt, keyOf);
  }
  return keyOf;
}

function padded(salt: Buffer, { with: pad, room }: { with: number; room: number }): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + room, pad);
  for (let i = 0; i < SALT_BYTES; i++) block.writeUInt8(salt.readUInt8(i) ^ pad, i);
  return block;
}
