import { hash } from 'node:crypto';
import { voterKeys } from './voter-key.ts';

const KEY_BYTES = 8;
const LABEL = Buffer.from('tallyroom-network');

/**
 * How a run names networks: the first 8 bytes of an HMAC under a key of its own, made of the run's salt. It tells which ballots of
 * one run came from one network; without the salt nobody can tell which network that is, nor find it in another run. 8 bytes are
 * enough for that: it proves nothing, and it stands beside every ballot.
 */
export function networkKeys(salt: Buffer): (network: string) => Buffer {
  const keyOf = voterKeys(hash('sha256', Buffer.concat([LABEL, salt]), 'buffer'));
  return (network) => Buffer.from(keyOf(network).subarray(0, KEY_BYTES));
}
