import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { RENEW_BELOW_MS, STILL_GOOD_MS, TOKEN_LIFE_MS } from '../../shared/domain/token-life.ts';
import type { Renewal } from '../../shared/protocol/audience.ts';
import type { Mode, VoterId } from '../../shared/protocol/ids.ts';
import type { SigningKey } from '../../shared/protocol/process.ts';
import { RandomIds } from './random-ids.ts';

const VERSION = 'v1';
const KID = /^[A-Za-z0-9_-]{1,64}$/;
const VOTER_ID = /^[A-Za-z0-9_-]{22}$/;
const EXPIRY = /^[0-9a-z]{1,9}$/;
const MODE_LETTER: Record<Mode, string> = { live: 'l', rehearsal: 'r' };
const VOTER_PURPOSE = 'tallyroom-voter:';

export interface Voter {
  voterId: VoterId;
  mode: Mode;
  /** Core epoch ms, a whole second. */
  expiresAtMs: number;
}

export interface Minted {
  token: string;
  voter: Voter;
}

/** As its voter is told. */
export function renewalOf({ token, voter }: Minted): Renewal {
  return { token, expiresAtMs: voter.expiresAtMs };
}

/** Whether a token that ends then still is its voter. Both are core epoch ms. */
export function stillHolds(expiresAtMs: number, nowMs: number): boolean {
  return nowMs < expiresAtMs + STILL_GOOD_MS;
}

/**
 * New voters' tokens that are made at a time: a signature takes 4 µs behind another one, and 35 µs alone between reads and
 * writes, whose code has driven its own out of the processor's caches by then.
 */
const AHEAD = 32;
/** Older ones are thrown away; nobody's token may be noticeably shorter-lived than it says. */
const AHEAD_LIFE_MS = 10_000;

export type TokenFault = 'malformed' | 'unknown-key' | 'bad-signature' | 'expired';
export type TokenCheck = { ok: true; voter: Voter } | { ok: false; fault: TokenFault };

/**
 * Voter tokens: `v1.<kid>.<l|r>.<voter id>.<expiry, s, base 36>.<HMAC-SHA256>`. Checking needs no look-up, so any edge
 * can take any viewer. The first key signs, all verify, so that a rotated key keeps the voters of the last week. What a
 * rehearsal's signature covers holds its code too: with another code, all tokens of the old one are no tokens any more, on
 * every edge and after every restart, and nobody has to remember them.
 */
export class VoterTokens {
  /** As key objects: a signature with one takes 3 µs, with the bytes themselves 18 µs (Node 24.21). */
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #signingKid = '';
  #rehearsalPurpose = '';
  readonly #ids = new RandomIds();
  #ahead: Minted[] = [];
  #aheadSinceMs = 0;

  /** Throws when there is no key or a key is unusable: an edge that can't sign must not start. */
  constructor(keys: readonly SigningKey[], rehearsalCode: string) {
    this.use(keys);
    this.holdCode(rehearsalCode);
  }

  /** Tokens of the rehearsal hang on this code from now on. */
  holdCode(rehearsalCode: string): void {
    const digest = createHash('sha256').update(rehearsalCode).digest('base64url');
    this.#rehearsalPurpose = `tallyroom-rehearsal:${digest}:`;
  }

  /** Signs and verifies with these from now on. Throws as the constructor, and keeps what it had then. */
  use(keys: readonly SigningKey[]): void {
    const usable = new Map<string, KeyObject>();
    const [first] = keys;
    if (first === undefined) throw new Error('no signing key for voter tokens was given');
    for (const { kid, secret } of keys) {
      const bytes = Buffer.from(secret, 'base64url');
      if (!KID.test(kid)) throw new Error(`a signing key's kid has to be 1 to 64 of A-Z, a-z, 0-9, _ and -`);
      if (bytes.length < 32) throw new Error(`signing key ${kid} is shorter than 32 bytes`);
      usable.set(kid, createSecretKey(bytes));
    }
    this.#keys = usable;
    this.#signingKid = first.kid;
    this.#ahead = [];
  }

  /**
   * A token for this voter, or for a new one when `voterId` is null, good for a week, of which up to 10 s may have gone.
   * `nowMs`: core epoch ms.
   */
  mint(voterId: VoterId | null, mode: Mode, nowMs: number): Minted {
    if (voterId !== null || mode !== 'live') return this.#mint(voterId ?? this.#newId(), mode, nowMs);
    const ageMs = nowMs - this.#aheadSinceMs;
    if (ageMs < 0 || ageMs > AHEAD_LIFE_MS) this.#ahead = [];
    const ahead = this.#ahead.pop();
    if (ahead !== undefined) return ahead;
    this.#aheadSinceMs = nowMs;
    for (let i = 1; i < AHEAD; i++) this.#ahead.push(this.#mint(this.#newId(), mode, nowMs));
    return this.#mint(this.#newId(), mode, nowMs);
  }

  /** A token of the same voter, where this one holds and has less than six days left; else null. `nowMs`: core epoch ms. */
  renew({ voterId, mode, expiresAtMs }: Voter, nowMs: number): Minted | null {
    const isDue = expiresAtMs - nowMs < RENEW_BELOW_MS && stillHolds(expiresAtMs, nowMs);
    return isDue ? this.#mint(voterId, mode, nowMs) : null;
  }

  /** Whose it is; `expired` only once it has been over for a day. `nowMs`: core epoch ms. */
  check(token: string, nowMs: number): TokenCheck {
    const parts = token.split('.');
    const [version, kid, modeLetter, voterId, expiry, signature] = parts;
    if (
      parts.length !== 6 ||
      version !== VERSION ||
      kid === undefined ||
      modeLetter === undefined ||
      voterId === undefined ||
      expiry === undefined ||
      signature === undefined
    ) {
      return { ok: false, fault: 'malformed' };
    }
    if (!this.#keys.has(kid)) return { ok: false, fault: 'unknown-key' };
    // The text of the signature is compared, not its decoded bytes: base64url has several spellings of the same bytes.
    const body = token.slice(0, token.length - signature.length - 1);
    const expected = Buffer.from(this.#sign(kid, modeLetter, body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      return { ok: false, fault: 'bad-signature' };
    }
    const mode = modeLetter === 'l' ? 'live' : modeLetter === 'r' ? 'rehearsal' : null;
    if (mode === null || !VOTER_ID.test(voterId) || !EXPIRY.test(expiry)) return { ok: false, fault: 'malformed' };
    const expiresAtMs = Number.parseInt(expiry, 36) * 1000;
    if (!stillHolds(expiresAtMs, nowMs)) return { ok: false, fault: 'expired' };
    return { ok: true, voter: { voterId: voterId as VoterId, mode, expiresAtMs } };
  }

  #newId(): VoterId {
    return this.#ids.next() as VoterId;
  }

  #mint(voterId: VoterId, mode: Mode, nowMs: number): Minted {
    const expiresAtS = Math.ceil((nowMs + TOKEN_LIFE_MS) / 1000);
    const body = `${VERSION}.${this.#signingKid}.${MODE_LETTER[mode]}.${voterId}.${expiresAtS.toString(36)}`;
    const token = `${body}.${this.#sign(this.#signingKid, MODE_LETTER[mode], body)}`;
    return { token, voter: { voterId, mode, expiresAtMs: expiresAtS * 1000 } };
  }

  #sign(kid: string, modeLetter: string, body: string): string {
    const key = this.#keys.get(kid);
    if (key === undefined) throw new Error(`no signing key ${kid}`);
    // The purpose is part of what is signed: the same key never vouches for anything but a voter.
    const purpose = modeLetter === MODE_LETTER.rehearsal ? this.#rehearsalPurpose : VOTER_PURPOSE;
    return createHmac('sha256', key).update(purpose).update(body).digest('base64url');
  }
}
