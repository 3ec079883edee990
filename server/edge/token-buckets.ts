interface Bucket {
  tokens: number;
  atMs: number;
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

/** A token bucket per key. Times are monotonic ms. */
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
  take(key: string, nowMs: number): number {
    const { burst, perS, refusedCount } = this.#rule;
    const bucket = this.#bucket(key, nowMs);
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * perS) / 1000);
    bucket.atMs = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    if (refusedCount) bucket.tokens = 0;
    return Math.ceil(((1 - bucket.tokens) * 1000) / perS);
  }

  /** Whether `key` could take one now; takes nothing. */
  has(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key);
    return bucket === undefined || bucket.tokens + ((nowMs - bucket.atMs) * this.#rule.perS) / 1000 >= 1;
  }

  /** Forgets the buckets that are full again. */
  purge(nowMs: number): void {
    const { burst, perS } = this.#rule;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.tokens + ((nowMs - bucket.atMs) * perS) / 1000 >= burst) this.#buckets.delete(key);
    }
  }

  #bucket(key: string, nowMs: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#rule.maxKeys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    const bucket = { tokens: this.#rule.burst, atMs: nowMs };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
