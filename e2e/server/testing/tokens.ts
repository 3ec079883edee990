/** Voter tokens that no edge may take. */
import { randomBytes } from 'node:crypto';
import { VoterTokens } from '../../../server/edge/voter-token.ts';
import { loadKeys } from '../../../server/storage/keys.ts';
import type { VoterId } from '../../../shared/protocol/ids.ts';
import type { Place } from './place.ts';

const YEAR_MS = 365 * 86_400_000;

/** What can be wrong with a token of this server. */
export async function spoiltTokens(place: Place, real: string) {
  const parts = real.split('.');
  const signature = parts.at(-1) ?? '';
  const turned = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  const body = parts.slice(0, -1);
  const voter = body.findIndex((part) => part.length === 22);
  const { signing, rehearsalCode } = loadKeys(place.files.keys, null);
  const own = new VoterTokens(signing, rehearsalCode);
  return {
    /** Signed by nobody. */
    forged: [...body, turned].join('.'),
    /** Another voter under the signature of this one. */
    altered: [...body.with(voter, randomBytes(16).toString('base64url')), signature].join('.'),
    /** Signed by this very server, long ago. */
    expired: own.mint(randomBytes(16).toString('base64url') as VoterId, 'live', Date.now() - YEAR_MS).token,
    empty: '',
    words: 'let me in',
  };
}

/** Well formed, but signed by another server. */
export function foreignToken(): string {
  const keys = [{ kid: '0a0b0c0d', secret: randomBytes(32).toString('base64url') }];
  return new VoterTokens(keys, 'ANOTHERS').mint(null, 'live', Date.now()).token;
}
