import { type MonotonicMs, NEVER, sinceMs } from '../../shared/domain/time.ts';
import type { HouseLimit, Refused, Spent } from '../../shared/protocol/backplane.ts';
import { type BucketRule, TokenBuckets } from '../process/token-buckets.ts';

/** Keys in one message: 20 KB. The rest goes with the next, and what matters goes first. */
const MOST_TOLD = 500;
/** Of these the ones that have taken most are looked for. */
const MOST_LOOKED_AT = 5_000;
const MOST_REFUSED = 1_000;
/** Who takes this part of a bucket at once is told of before the next beat: eight edges would give as many buckets until then. */
const URGENT_SHARE = 32;
const URGENT_EVERY_MS = 20;

/** What a key may have taken here before the others hear of it: one phone is never worth a word. */
function untoldMost({ burst }: BucketRule): number {
  return Math.max(1, Math.min(8, burst / 4));
}

interface Untold {
  amount: number;
  at: MonotonicMs;
}

/** What was charged here for the others, while nobody could hear of them. */
type Prepaid = Untold;

interface House {
  /** What one costs here: one, or as many as there are edges where none hears of the others. */
  price: () => number;
  edges: () => number;
  urgent: () => void;
}

/**
 * Token buckets that hold for the house and not for each of its edges: what this edge gives it tells the core, which tells the
 * others, and what they gave is taken from the same bucket here, into debt where need be. Over a minute all edges give what one
 * would have.
 */
export class HouseBuckets {
  readonly #rule: BucketRule;
  readonly #house: House;
  readonly #buckets: TokenBuckets;
  readonly #untold = new Map<string, Untold>();
  /** Keys with more untold than may stay so. */
  readonly #due = new Set<string>();
  /**
   * What the others tell of that time is taken from it before the bucket: charged twice, a carrier whose thousands came while the
   * core restarted would be shut out at every edge for 9 s after it.
   */
  readonly #prepaid = new Map<string, Prepaid>();

  constructor(rule: BucketRule, house: House) {
    this.#rule = rule;
    this.#house = house;
    this.#buckets = new TokenBuckets(rule);
  }

  /** As of `TokenBuckets`. */
  take(key: string, now: MonotonicMs): number {
    const { refusedCount } = this.#rule;
    const before = refusedCount ? this.#buckets.level(key, now) : 0;
    const price = this.#price();
    const waitMs = this.#buckets.takeAt(key, { price, now });
    if (waitMs === 0 && price > 1) this.#prepay(key, { amount: price - 1, now });
    if (waitMs === 0) this.#note(key, { amount: 1, now });
    else if (before > 0) this.#note(key, { amount: Math.min(1, before), now });
    return waitMs;
  }

  /** As of `TokenBuckets`. */
  has(key: string, now: MonotonicMs): boolean {
    return this.#buckets.level(key, now) >= this.#price();
  }

  /** Forgets the buckets that are full again, and what was untold of them, once it can't matter to any edge any more. */
  purge(now: MonotonicMs): void {
    const { burst, perS } = this.#rule;
    const repaidMs = (this.#house.edges() * untoldMost(this.#rule) * 1_000) / perS;
    for (const [key, { at }] of this.#untold) {
      if (sinceMs(now, at) >= repaidMs && this.#buckets.level(key, now) >= burst) this.#forget(key);
    }
    for (const [key, { at }] of this.#prepaid) if (this.#isRepaid(at, now)) this.#prepaid.delete(key);
    this.#buckets.purge(now);
  }

  /** What the others have not heard yet, most first, and takes it as told. */
  tell(): [key: string, amount: number][] {
    let keys = [...take(this.#due, MOST_LOOKED_AT)];
    if (keys.length > MOST_TOLD) {
      const amountOf = (key: string) => this.#untold.get(key)?.amount ?? 0;
      keys = keys.sort((a, b) => amountOf(b) - amountOf(a)).slice(0, MOST_TOLD);
    }
    return keys.map((key) => {
      const amount = this.#untold.get(key)?.amount ?? 0;
      this.#forget(key);
      return [key, Math.round(amount * 100) / 100];
    });
  }

  /** Other edges have given this. */
  heard(spent: readonly [key: string, amount: number][], now: MonotonicMs): void {
    for (const [key, told] of spent) {
      const amount = told - this.#takePrepaid(key, { most: told, now });
      if (amount > 0) this.#buckets.spend(key, { amount, now });
    }
  }

  /** What stands in buckets of the house that are not full, as far as the core has heard. */
  lowAre(levels: readonly [key: string, level: number][], now: MonotonicMs): void {
    for (const [key, told] of levels) {
      const level = told - (this.#untold.get(key)?.amount ?? 0);
      if (level >= this.#buckets.level(key, now)) continue;
      this.#buckets.setLevel(key, { level, now });
      this.#prepaid.delete(key);
    }
  }

  #price(): number {
    return Math.min(this.#rule.burst, this.#house.price());
  }

  #prepay(key: string, { amount, now }: { amount: number; now: MonotonicMs }): void {
    const before = this.#prepaid.get(key);
    if (before === undefined && this.#prepaid.size >= this.#rule.maxKeys) return;
    const kept = before === undefined || this.#isRepaid(before.at, now) ? 0 : before.amount;
    this.#prepaid.set(key, { amount: kept + amount, at: now });
  }

  #takePrepaid(key: string, { most, now }: { most: number; now: MonotonicMs }): number {
    const prepaid = this.#prepaid.get(key);
    if (prepaid === undefined || this.#isRepaid(prepaid.at, now)) return 0;
    const amount = Math.min(most, prepaid.amount);
    prepaid.amount -= amount;
    if (prepaid.amount <= 0) this.#prepaid.delete(key);
    return amount;
  }

  /** Whether time alone has filled a bucket since. */
  #isRepaid(at: MonotonicMs, now: MonotonicMs): boolean {
    const { burst, perS } = this.#rule;
    return sinceMs(now, at) >= (burst * 1_000) / perS;
  }

  #note(key: string, { amount, now }: { amount: number; now: MonotonicMs }): void {
    let untold = this.#untold.get(key);
    if (untold === undefined) {
      this.#makeRoom();
      untold = { amount: 0, at: now };
      this.#untold.set(key, untold);
    }
    untold.amount += amount;
    untold.at = now;
    const most = untoldMost(this.#rule);
    if (untold.amount < most) return;
    this.#due.add(key);
    if (untold.amount >= Math.max(most, this.#rule.burst / URGENT_SHARE)) this.#house.urgent();
  }

  #makeRoom(): void {
    if (this.#untold.size < this.#rule.maxKeys) return;
    for (const oldest of take(this.#untold.keys(), 1)) this.#forget(oldest);
  }

  #forget(key: string): void {
    this.#untold.delete(key);
    this.#due.delete(key);
  }
}

export interface HouseLimitsOptions {
  /** Whether the core hears and tells at this moment. */
  isLinked: () => boolean;
  monotonicNow: () => MonotonicMs;
  /** There is something that should not wait for the next beat. */
  tellNow: () => void;
}

/** The limits of this edge that are the house's. */
export class HouseLimits {
  readonly #options: HouseLimitsOptions;
  readonly #buckets = new Map<HouseLimit, HouseBuckets>();
  #refused = new Map<string, number>();
  #edges = 1;
  #urgentAt: MonotonicMs = NEVER;

  constructor(options: HouseLimitsOptions) {
    this.#options = options;
  }

  /** The buckets of this limit; each is to be asked for once. */
  buckets(limit: HouseLimit, rule: BucketRule): HouseBuckets {
    const buckets = new HouseBuckets(rule, {
      // Nobody hears of what is given here: each edge keeps to its share.
      price: () => (this.#options.isLinked() ? 1 : this.#edges),
      edges: () => this.#edges,
      urgent: () => this.#urgent(),
    });
    this.#buckets.set(limit, buckets);
    return buckets;
  }

  /** Somebody of this network was turned away by its limit of arrivals. */
  refused(network: string): void {
    const known = this.#refused.get(network);
    if (known === undefined && this.#refused.size >= MOST_REFUSED) return;
    this.#refused.set(network, (known ?? 0) + 1);
  }

  /** What is to be told; null where there is nothing. It counts as told. */
  tell(): { spent: Spent; refused: Refused } | null {
    const spent: Spent = {};
    let isSomething = this.#refused.size > 0;
    for (const [limit, buckets] of this.#buckets) {
      const told = buckets.tell();
      if (told.length === 0) continue;
      spent[limit] = told;
      isSomething = true;
    }
    if (!isSomething) return null;
    const refused: Refused = [...this.#refused];
    this.#refused = new Map();
    return { spent, refused };
  }

  /** Other edges have given this. */
  heard(spent: Spent): void {
    const now = this.#options.monotonicNow();
    for (const [limit, buckets] of this.#buckets) buckets.heard(spent[limit] ?? [], now);
  }

  /** @param edges how many there are @param low what stands in the house's buckets that are not full */
  houseIs(edges: number, low: Spent): void {
    this.#edges = Math.max(1, edges);
    const now = this.#options.monotonicNow();
    for (const [limit, buckets] of this.#buckets) buckets.lowAre(low[limit] ?? [], now);
  }

  #urgent(): void {
    const now = this.#options.monotonicNow();
    if (sinceMs(now, this.#urgentAt) < URGENT_EVERY_MS) return;
    this.#urgentAt = now;
    this.#options.tellNow();
  }
}

function* take<T>(from: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const value of from) {
    if (taken >= most) return;
    taken += 1;
    yield value;
  }
}
