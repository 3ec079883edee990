import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type Network, widerKey } from '../process/network.ts';
import type { HouseBuckets, HouseLimits } from './house-buckets.ts';
import type { EdgeLimits } from './limits.ts';
import { type AudienceRefusal, BAD_CODE, tooOften } from './refusal.ts';

const RETRY_MS = 1_000;
const EVERYBODY = '';
/** Networks that have known the code. A crew has a handful. */
const MOST_KNOWING = 1_000;

type Limits = Pick<EdgeLimits, 'wrongCodesPerNetwork' | 'wrongCodesPerWiderNetwork' | 'wrongCodesInAll'>;

/** What a code that came is: the rehearsal's, one that was until it got another, or neither. */
export type CodeLook = 'right' | 'former' | 'wrong';

/**
 * Makes trying codes out not worth anybody's while: by network, by the wider one that an IPv6 customer may change theirs within, and in
 * all. Even the right code waits behind too many wrong ones of its network, else trying them out would only cost patience; behind those
 * of others it waits only where nobody there has known it before, so that nobody can shut a crew out.
 */
export class WrongCodes {
  readonly #perNetwork: HouseBuckets;
  readonly #perWider: HouseBuckets;
  readonly #inAll: HouseBuckets;
  readonly #knowing = new Set<string>();
  readonly #now: () => MonotonicMs;

  constructor({ limits, house, now }: { limits: Limits; house: HouseLimits; now: () => MonotonicMs }) {
    this.#perNetwork = house.buckets('wrong-codes', limits.wrongCodesPerNetwork);
    this.#perWider = house.buckets('wrong-codes-wider', limits.wrongCodesPerWiderNetwork);
    this.#inAll = house.buckets('wrong-codes-all', limits.wrongCodesInAll);
    this.#now = now;
  }

  /**
   * Null where the code is right. `look` is asked only where it may be known. A former code is refused and counts as no guess,
   * however often it comes: a crew's phones reload their old link all at once, and must not shut out the one of them who types
   * the new code behind the same address. Who tries it learns nothing by it.
   */
  judge(network: Network, look: () => CodeLook): AudienceRefusal | null {
    const { key, loopback } = network;
    const wider = widerKey(network);
    const now = this.#now();
    if (!loopback) {
      const waits = !this.#perNetwork.has(key, now);
      const othersAreTrying = !this.#perWider.has(wider, now) || !this.#inAll.has(EVERYBODY, now);
      if (waits || (othersAreTrying && !this.#knowing.has(key))) return tooOften(RETRY_MS);
    }
    const code = look();
    if (code === 'right') {
      if (this.#knowing.size < MOST_KNOWING) this.#knowing.add(key);
      return null;
    }
    if (!loopback && code === 'wrong') {
      this.#perNetwork.take(key, now);
      this.#perWider.take(wider, now);
      this.#inAll.take(EVERYBODY, now);
    }
    return BAD_CODE;
  }

  purge(): void {
    const now = this.#now();
    for (const buckets of [this.#perNetwork, this.#perWider, this.#inAll]) buckets.purge(now);
  }
}
