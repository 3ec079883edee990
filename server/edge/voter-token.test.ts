import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RENEW_BELOW_MS, STILL_GOOD_MS, TOKEN_LIFE_MS } from '../../shared/domain/token-life.ts';
import { VoterTokens } from './voter-token.ts';

const key = (kid: string, byte: number) => ({ kid, secret: Buffer.alloc(32, byte).toString('base64url') });
const CODE = 'REHEARSE';
const tokens = new VoterTokens([key('new', 1), key('old', 2)], CODE);
const anyTime = fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 });
const anyMode = fc.constantFrom('live' as const, 'rehearsal' as const);

describe('a voter token', () => {
  it('gives back voter, mode and expiry for seven days and the day after, and is expired then', () => {
    fc.assert(
      fc.property(
        anyTime,
        anyMode,
        fc.integer({ min: 0, max: TOKEN_LIFE_MS + STILL_GOOD_MS - 1 }),
        (nowMs, mode, laterMs) => {
          const { token, voter } = tokens.mint(null, mode, nowMs);
          expect(token.length).toBeLessThanOrEqual(512);
          expect(voter.mode).toBe(mode);
          expect(tokens.check(token, nowMs + laterMs)).toEqual({ ok: true, voter });
          expect(voter.expiresAtMs - nowMs - TOKEN_LIFE_MS).toBeLessThan(1_000);
          expect(tokens.check(token, voter.expiresAtMs + STILL_GOOD_MS)).toEqual({ ok: false, fault: 'expired' });
        },
      ),
    );
  });

  it('is renewed with less than six days left, for its voter and its mode, until nobody takes it any more', () => {
    fc.assert(
      fc.property(anyTime, anyMode, fc.integer({ min: 0, max: 10 * 86_400_000 }), (nowMs, mode, laterMs) => {
        const { voter } = tokens.mint(null, mode, nowMs);
        const thenMs = nowMs + laterMs;
        const leftMs = voter.expiresAtMs - thenMs;
        const renewed = tokens.renew(voter, thenMs);
        expect(renewed !== null).toBe(leftMs < RENEW_BELOW_MS && leftMs > -STILL_GOOD_MS);
        if (renewed === null) return;
        expect(renewed.voter).toMatchObject({ voterId: voter.voterId, mode });
        expect(tokens.check(renewed.token, thenMs + TOKEN_LIFE_MS)).toEqual({ ok: true, voter: renewed.voter });
      }),
    );
  });

  it('that is made ahead is nobody else’s, lives at most 10 s shorter, and is signed with the key of the day', () => {
    const own = new VoterTokens([key('old', 2)], CODE);
    const startMs = Date.now();
    const seen = new Set<string>();
    for (let i = 0; i < 300; i += 1) {
      const nowMs = startMs + i * 100;
      const { token, voter } = own.mint(null, 'live', nowMs);
      seen.add(voter.voterId);
      expect(own.check(token, nowMs)).toEqual({ ok: true, voter });
      const shorterMs = nowMs + TOKEN_LIFE_MS - voter.expiresAtMs;
      expect(shorterMs).toBeLessThanOrEqual(10_000);
      expect(shorterMs).toBeGreaterThan(-1_000);
    }
    expect(seen.size).toBe(300);
    own.use([key('new', 1), key('old', 2)]);
    expect(own.mint(null, 'live', startMs + 30_000).token.split('.')[1]).toBe('new');
    // A clock that was put back must not leave tokens that live longer than a week.
    const { voter } = own.mint(null, 'live', startMs - 86_400_000);
    expect(voter.expiresAtMs).toBeLessThan(startMs - 86_400_000 + TOKEN_LIFE_MS + 1_000);
  });

  it('with any one character changed, cut off or added is no token', () => {
    const { token } = tokens.mint(null, 'live', Date.now());
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ maxLength: 2 }), (at, instead) => {
        fc.pre(instead !== token[at]);
        expect(tokens.check(token.slice(0, at) + instead + token.slice(at + 1), Date.now()).ok).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is any text at all never passes and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => !tokens.check(text, Date.now()).ok));
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 6, maxLength: 6 }), (parts) => {
        return !tokens.check(['v1', 'new', ...parts.slice(2)].join('.'), Date.now()).ok;
      }),
    );
  });

  it('names what is wrong with it', () => {
    const nowMs = Date.now();
    const { token } = tokens.mint(null, 'live', nowMs);
    const foreign = new VoterTokens([key('new', 9)], CODE).mint(null, 'live', nowMs).token;
    const unknown = new VoterTokens([key('other', 1)], CODE).mint(null, 'live', nowMs).token;
    expect(tokens.check('hello', nowMs)).toEqual({ ok: false, fault: 'malformed' });
    expect(tokens.check(foreign, nowMs)).toEqual({ ok: false, fault: 'bad-signature' });
    expect(tokens.check(unknown, nowMs)).toEqual({ ok: false, fault: 'unknown-key' });
    expect(tokens.check(token.replace('.l.', '.r.'), nowMs)).toEqual({ ok: false, fault: 'bad-signature' });
  });

  it('signed by an older key still holds, and the first key signs', () => {
    const nowMs = Date.now();
    const old = new VoterTokens([key('old', 2)], CODE).mint(null, 'live', nowMs).token;
    expect(tokens.check(old, nowMs).ok).toBe(true);
    expect(tokens.mint(null, 'live', nowMs).token.split('.')[1]).toBe('new');
  });

  it('of the rehearsal holds with its code only, and one of the show with any', () => {
    const nowMs = Date.now();
    const own = new VoterTokens([key('new', 1)], 'THEFIRST');
    const rehearsal = own.mint(null, 'rehearsal', nowMs).token;
    const live = own.mint(null, 'live', nowMs).token;
    own.holdCode('ANOTHER2');
    expect(own.check(rehearsal, nowMs)).toEqual({ ok: false, fault: 'bad-signature' });
    expect(own.check(live, nowMs).ok).toBe(true);
    // Made ahead under the code of before.
    expect(own.check(own.mint(null, 'live', nowMs).token, nowMs).ok).toBe(true);
    const next = own.mint(null, 'rehearsal', nowMs).token;
    expect(own.check(next, nowMs).ok).toBe(true);
    expect(new VoterTokens([key('new', 1)], 'ANOTHER2').check(next, nowMs).ok).toBe(true);
    expect(own.check(next.replace('.r.', '.l.'), nowMs).ok).toBe(false);
    expect(own.check(live.replace('.l.', '.r.'), nowMs).ok).toBe(false);
  });

  it('keeps the voter it is minted for, and new voters are never the same', () => {
    const first = tokens.mint(null, 'live', 0).voter;
    expect(tokens.mint(first.voterId, 'rehearsal', 0).voter.voterId).toBe(first.voterId);
    expect(tokens.mint(null, 'live', 0).voter.voterId).not.toBe(first.voterId);
  });

  it('needs a key that is long enough', () => {
    expect(() => new VoterTokens([], CODE)).toThrow(/no signing key/);
    expect(() => new VoterTokens([{ kid: 'a', secret: 'c2hvcnQ' }], CODE)).toThrow(/shorter than 32 bytes/);
    expect(() => new VoterTokens([key('a.b', 1)], CODE)).toThrow(/kid/);
  });
});
