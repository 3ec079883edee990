/** A house of edges on a clock of the test's own. */
import { type MonotonicMs, monotonicMs } from '../../shared/domain/time.ts';
import type { Spent } from '../../shared/protocol/backplane.ts';
import { HOUSE_RULES } from '../backplane/house-rules.ts';
import { HouseAccount } from '../core/house-account.ts';
import type { BucketRule } from '../process/token-buckets.ts';
import { type HouseBuckets, HouseLimits } from './house-buckets.ts';

export const BEAT_MS = 250;

export interface Edge {
  limits: HouseLimits;
  buckets: HouseBuckets;
  isUp: boolean;
}

/** Edges around a core that relays what they tell, `lagMs` later; nothing here is real but the limits themselves. */
export class House {
  nowMs = 0;
  isCoreThere = true;
  lagMs = 0;
  messages = 0;
  readonly edges: Edge[] = [];
  readonly rule: BucketRule;
  #account: HouseAccount;
  #mail: { atMs: number; deliver: () => void }[] = [];

  constructor(edges: number, rule: BucketRule) {
    this.rule = rule;
    this.#account = this.#newAccount();
    for (let i = 0; i < edges; i += 1) this.add();
  }

  get now(): MonotonicMs {
    return monotonicMs(this.nowMs);
  }

  add(): Edge {
    const limits = new HouseLimits({
      isLinked: () => edge.isUp && this.isCoreThere,
      monotonicNow: () => this.now,
      tellNow: () => this.#tell(edge),
    });
    const edge: Edge = { limits, buckets: limits.buckets('arrivals', this.rule), isUp: true };
    this.edges.push(edge);
    for (const { limits } of this.edges) limits.houseIs(this.edges.length, {});
    limits.houseIs(this.edges.length, this.#account.low(this.now));
    return edge;
  }

  /** The core dies and another one comes, which knows nothing. */
  newCore(): void {
    this.isCoreThere = true;
    this.#account = this.#newAccount();
  }

  goTo(ms: number): void {
    while (this.nowMs < ms) {
      this.nowMs += 1;
      if (this.nowMs % BEAT_MS === 0) for (const edge of this.edges) this.#tell(edge);
      const due = this.#mail.filter(({ atMs }) => atMs <= this.nowMs);
      this.#mail = this.#mail.filter(({ atMs }) => atMs > this.nowMs);
      for (const { deliver } of due) deliver();
    }
  }

  #tell(edge: Edge): void {
    if (!edge.isUp || !this.isCoreThere) return;
    const told = edge.limits.tell();
    if (told === null) return;
    this.messages += 1;
    // As it goes over the wire.
    const spent = JSON.parse(JSON.stringify(told.spent)) as Spent;
    this.#mail.push({ atMs: this.nowMs + this.lagMs, deliver: () => this.#relay(edge, spent) });
  }

  #relay(from: Edge, spent: Spent): void {
    if (!this.isCoreThere) return;
    this.#account.spend(spent, this.now);
    for (const edge of this.edges) if (edge !== from && edge.isUp) edge.limits.heard(spent);
  }

  #newAccount(): HouseAccount {
    return new HouseAccount({ ...HOUSE_RULES, arrivals: this.rule });
  }
}

export function drain({ buckets }: Edge, key: string, now: MonotonicMs): number {
  let taken = 0;
  while (buckets.take(key, now) === 0) taken += 1;
  return taken;
}
