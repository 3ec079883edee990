import type { MonotonicMs } from '../../shared/domain/time.ts';
import { sinceMs } from '../../shared/domain/time.ts';
import { HOUSE_LIMITS, type HouseLimit, type Spent } from '../../shared/protocol/backplane.ts';
import { type BucketRule, TokenBuckets } from '../process/token-buckets.ts';

/** Told to an edge that comes in; beyond that the fullest are left out, which is too kind at that one edge only. */
const MOST_TOLD = 5_000;
/** A bucket that lacks less than this is as good as full. */
const WORTH_TELLING = 8;
const PURGE_EVERY_MS = 10_000;

/**
 * What all edges together have given, by what they tell: for an edge that comes in and has heard nothing of it. A core that has
 * just begun knows nothing; then those that have been there longer go on by what they know.
 */
export class HouseAccount {
  readonly #rules: Record<HouseLimit, BucketRule>;
  readonly #buckets: Record<HouseLimit, TokenBuckets>;
  #purgedAt: MonotonicMs | null = null;

  constructor(rules: Record<HouseLimit, BucketRule>) {
    this.#rules = rules;
    this.#buckets = Object.fromEntries(HOUSE_LIMITS.map((limit) => [limit, new TokenBuckets(rules[limit])])) as Record<
      HouseLimit,
      TokenBuckets
    >;
  }

  /** An edge has told. */
  spend(spent: Spent, now: MonotonicMs): void {
    for (const limit of HOUSE_LIMITS) {
      const buckets = this.#buckets[limit];
      for (const [key, amount] of spent[limit] ?? []) buckets.spend(key, { amount, now });
    }
    this.#purgedAt ??= now;
    if (sinceMs(now, this.#purgedAt) < PURGE_EVERY_MS) return;
    this.#purgedAt = now;
    for (const limit of HOUSE_LIMITS) this.#buckets[limit].purge(now);
  }

  /** What stands in the buckets that are not full. */
  low(now: MonotonicMs): Spent {
    const low: Spent = {};
    for (const limit of HOUSE_LIMITS) {
      const { burst } = this.#rules[limit];
      const worth = Math.min(WORTH_TELLING, burst / 4);
      const levels: [key: string, level: number][] = [];
      for (const key of this.#buckets[limit].keys()) {
        const level = this.#buckets[limit].level(key, now);
        if (burst - level >= worth) levels.push([key, Math.round(level * 100) / 100]);
      }
      if (levels.length > 0) low[limit] = levels.sort(([, a], [, b]) => a - b).slice(0, MOST_TOLD);
    }
    return low;
  }
}
