import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';

/** Several who gave at the same moment may together have given more than there was. Nobody pays longer than this for it. */
const MOST_DEBT_S = 60;

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
    return this.takeAt(key, { price: 1, now });
  }

  /** As `take`, where what is given out costs `price` of the bucket. */
  takeAt(key: string, { price, now }: { price: number; now: MonotonicMs }): number {
    const { burst, perS, refusedCount } = this.#rule;
    const bucket = this.#bucket(key, now);
    bucket.tokens = Math.min(burst, bucket.tokens + (sinceMs(now, bucket.at) * perS) / 1000);
    bucket.at = now;
    if (bucket.tokens >= price) {
      bucket.tokens -= price;
      return 0;
    }
    if (refusedCount && bucket.tokens > 0) bucket.tokens = 0;
    return Math.ceil(((price - bucket.tokens) * 1000) / perS);
  }

  /** Whether `key` could take one now; takes nothing. */
  has(key: string, now: MonotonicMs): boolean {
    return this.level(key, now) >= 1;
  }

  /** What stands in the bucket of `key`; below zero where it is in debt. */
  level(key: string, now: MonotonicMs): number {
    const { burst, perS } = this.#rule;
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + (sinceMs(now, bucket.at) * perS) / 1000);
  }

  /** What was given elsewhere is taken here, below zero too: then nothing is given until the debt is paid by time. */
  spend(key: string, { amount, now }: { amount: number; now: MonotonicMs }): void {
    const least = -MOST_DEBT_S * this.#rule.perS;
    this.setLevel(key, { level: Math.max(least, this.level(key, now) - amount), now });
  }

  /** Sets what stands in the bucket of `key`. */
  setLevel(key: string, { level, now }: { level: number; now: MonotonicMs }): void {
    const bucket = this.#bucket(key, now);
    bucket.tokens = Math.min(this.#rule.burst, level);
    bucket.at = now;
  }

  /** The keys that there are buckets of. */
  keys(): IterableIterator<string> {
    return this.#buckets.keys();
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
