import { createHash, timingSafeEqual } from 'node:crypto';
import type { Mode } from '../../shared/protocol/ids.ts';
import type { Network } from '../process/network.ts';
import type { EdgeClock } from './edge-clock.ts';
import type { HouseBuckets, HouseLimits } from './house-buckets.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import { type AudienceRefusal, BAD_TOKEN, tooOften, unavailable } from './refusal.ts';
import type { Minted, Voter, VoterTokens } from './voter-token.ts';
import { WrongCodes } from './wrong-codes.ts';

export interface Arrival {
  /**
   * `join` always mints and forgives a bad token; `hello` keeps a good one, renews an old one and refuses a bad one. Both leave
   * a rehearsal's token as it is where its code does not come with it.
   */
  door: 'join' | 'hello';
  token: string | null;
  code: string | null;
  network: Network;
}

export interface Admitted {
  voter: Voter;
  /** A new token, or null when the viewer's own still holds. */
  token: string | null;
  held: HeldState;
}

export interface RehearsalCodes {
  rehearsalCode: string;
  /** Those before it. */
  formerCodes: readonly string[];
}

export interface AdmissionOptions {
  tokens: VoterTokens;
  codes: RehearsalCodes;
  states: PublicStates;
  measures: MeasuresInForce;
  clock: EdgeClock;
  limits: EdgeLimits;
  house: HouseLimits;
}

export function isRefusal(value: object): value is AudienceRefusal {
  return 'code' in value;
}

/** Who may come in, as whom, and which of the two shows they see. */
export class Admission {
  readonly #options: AdmissionOptions;
  #codeDigest: Buffer = Buffer.alloc(0);
  #formerDigests: Buffer[] = [];
  readonly #arrivals: HouseBuckets;
  readonly #wrongCodes: WrongCodes;
  #arrived = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.holdCodes(options.codes);
    const { limits, house, clock } = options;
    this.#arrivals = house.buckets('arrivals', limits.arrivalsPerNetwork);
    this.#wrongCodes = new WrongCodes({ limits, house, now: () => clock.monotonicNow() });
  }

  /** Asks for this code from now on. */
  holdCodes({ rehearsalCode, formerCodes }: RehearsalCodes): void {
    this.#codeDigest = digest(rehearsalCode);
    this.#formerDigests = formerCodes.map(digest);
  }

  /** Joins and hellos that were let in, since this edge was born. */
  get arrived(): number {
    return this.#arrived;
  }

  admit({ door, token, code, network }: Arrival): Admitted | AudienceRefusal {
    const { tokens, states, measures, clock } = this.#options;
    // Before anything is charged: what is taken from a network here is taken from it at every edge, and nobody gets in.
    if (states.get('live') === null) return unavailable(measures.retryAfterMs('live'));
    if (door === 'join' || token === null) {
      const waitMs = network.loopback ? 0 : this.#arrivals.take(network.key, clock.monotonicNow());
      if (waitMs > 0) {
        this.#options.house.refused(network.key);
        return tooOften(Math.max(waitMs, measures.retryAfterMs('live')));
      }
    }
    const codeFault = this.#codeFault(code, network);
    if (codeFault !== null) return codeFault;

    const nowMs = clock.nowMs();
    const check = token === null ? null : tokens.check(token, nowMs);
    if (check !== null && !check.ok && door === 'hello') return BAD_TOKEN;
    const known = check?.ok ? check.voter : null;

    const mode = code !== null || known?.mode === 'rehearsal' ? 'rehearsal' : 'live';
    const held = states.get(mode);
    if (held === null) return unavailable(measures.retryAfterMs(mode));

    this.#arrived += 1;
    if (known !== null && known.mode === mode) {
      // Whoever was once told the code would otherwise be in every rehearsal for ever.
      const isRenewable = mode === 'live' || code !== null;
      if (!isRenewable) return { voter: known, token: door === 'join' ? token : null, held };
      if (door === 'hello') return { ...(tokens.renew(known, nowMs) ?? { voter: known, token: null }), held };
    }
    return { ...tokens.mint(known?.voterId ?? null, mode, nowMs), held };
  }

  /** A new token of the same voter where theirs is old, else null. One for a rehearsal takes its code, which nobody says here. */
  renewed(voter: Voter): Minted | null {
    const { tokens, clock } = this.#options;
    if (voter.mode === 'rehearsal') return null;
    return tokens.renew(voter, clock.nowMs());
  }

  /** Which show someone who only watches sees: the rehearsal with the right code or a rehearsal token, else the live one. */
  view(code: string | null, token: string | null, network: Network): { mode: Mode } | AudienceRefusal {
    const codeFault = this.#codeFault(code, network);
    if (codeFault !== null) return codeFault;
    if (code !== null) return { mode: 'rehearsal' };
    const check = token === null ? null : this.#options.tokens.check(token, this.#options.clock.nowMs());
    return { mode: check?.ok ? check.voter.mode : 'live' };
  }

  sweep(): void {
    this.#arrivals.purge(this.#options.clock.monotonicNow());
    this.#wrongCodes.purge();
  }

  #codeFault(code: string | null, network: Network): AudienceRefusal | null {
    if (code === null) return null;
    return this.#wrongCodes.judge(network, () => {
      // Digests have one length, so that the comparison tells neither the code nor how long it is.
      const given = digest(code);
      if (timingSafeEqual(given, this.#codeDigest)) return 'right';
      return this.#formerDigests.some((former) => timingSafeEqual(given, former)) ? 'former' : 'wrong';
    });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
