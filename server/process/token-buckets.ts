import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';

interface Bucket {
  tokens: number;
  at: MonotonicMs;
}

export interface BucketRule {
  /** What may come at once. */
  burst: number;
  perS: number;
  /**
   * Whether a refused attempt takes from the bucket too. True for one voter: who keeps hammering waits until they stop.
   * Never true for something that many people share: the crowd's refused attempts would lock all of them out.
   */
  refusedCount: boolean;
  /** Bound of the memory. Beyond it the oldest bucket is forgotten, which can only be too kind. */
  maxKeys: number;
}

/** A token bucket per key, filled by time that has passed. */
export class TokenBuckets {
  readonly #rule: BucketRule;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rule: BucketRule) {
    this.#rule = rule;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one for `key`. 0 when there was one, else the ms until there is one again. */
  take(key: string, now: MonotonicMs): number {
    const { burst, perS, refusedCount } = this.#rule;
    const bucket = this.#bucket(key, now);
    bucket.tokens = Math.min(burst, bucket.tokens + (sinceMs(now, bucket.at) * perS) / 1000);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    if (refusedCount) bucket.tokens = 0;
    return Math.ceil(((1 - bucket.tokens) * 1000) / perS);
  }

  /** Whether `key` could take one now; takes nothing. */
  has(key: string, now: MonotonicMs): boolean {
    const bucket = this.#buckets.get(key);
    return bucket === undefined || bucket.tokens + (sinceMs(now, bucket.at) * this.#rule.perS) / 1000 >= 1;
  }

  /** Forgets the buckets that are full again. */
  purge(now: MonotonicMs): void {
    const { burst, perS } = this.#rule;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.tokens + (sinceMs(now, bucket.at) * perS) / 1000 >= burst) this.#buckets.delete(key);
    }
  }

  #bucket(key: string, now: MonotonicMs): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#rule.maxKeys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    const bucket = { tokens: this.#rule.burst, at: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
