import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BucketRule } from '../process/token-buckets.ts';
import { BEAT_MS, drain, type Edge, House } from './house.test-part.ts';
import { EDGE_LIMITS } from './limits.ts';

const RULE: BucketRule = { burst: 100, perS: 20, refusedCount: false, maxKeys: 1_000 };

/** The most that was given within any `ms`, by the moments at which one was given, in order. */
function mostWithin(givenMs: readonly number[], ms: number): number {
  let most = 0;
  let from = 0;
  givenMs.forEach((atMs, i) => {
    while ((givenMs[from] ?? 0) < atMs - ms) from += 1;
    most = Math.max(most, i - from + 1);
  });
  return most;
}

describe('limits of the house', () => {
  it('give in a minute what one edge would have given, however many edges are asked', () => {
    for (const count of [1, 2, 8]) {
      const house = new House(count, EDGE_LIMITS.arrivalsPerNetwork);
      house.lagMs = 5;
      let given = 0;
      for (let ms = 0; ms < 60_000; ms += 1) {
        house.goTo(ms);
        // 20,000 a second at each: as much as an edge can take.
        for (const { buckets } of house.edges) {
          for (let n = 0; n < 20; n += 1) if (buckets.take('attacker', house.now) === 0) given += 1;
        }
      }
      expect(given).toBeGreaterThan(34_000);
      // What each gave before it heard of the others is paid back, but for the last beat's.
      expect(given).toBeLessThan(35_000 + count * 125);
    }
  });

  it('hear of who takes much long before the next beat', () => {
    const house = new House(2, EDGE_LIMITS.arrivalsPerNetwork);
    const [one, other] = house.edges as [Edge, Edge];
    expect(drain(one, 'attacker', house.now)).toBe(5_000);
    house.goTo(30);
    one.buckets.take('attacker', house.now);
    house.goTo(31);
    expect(drain(other, 'attacker', house.now)).toBeLessThan(50);
  });

  it('take a refused attempt from the bucket everywhere, where it counts', () => {
    const house = new House(2, EDGE_LIMITS.ballotsPerVoter);
    const [one, other] = house.edges as [Edge, Edge];
    expect(drain(one, 'voter', house.now)).toBe(40);
    house.goTo(BEAT_MS);
    // Hammers on at the one: at the other there is nothing to be had by it.
    for (let ms = BEAT_MS; ms < 20_000; ms += 10) {
      house.goTo(ms);
      one.buckets.take('voter', house.now);
    }
    expect(drain(other, 'voter', house.now)).toBeLessThan(20);
  });

  it('say nothing of a crowd of which each comes once', () => {
    const house = new House(4, EDGE_LIMITS.arrivalsPerNetwork);
    for (let i = 0; i < 100_000; i += 1) house.edges[i % 4]?.buckets.take(`10.${i}`, house.now);
    house.goTo(10_000);
    expect(house.messages).toBe(0);
  });

  it('tell at most 500 keys at once, those who took most first, and the rest with the next', () => {
    const house = new House(1, RULE);
    const [edge] = house.edges as [Edge];
    house.isCoreThere = false;
    for (let key = 0; key < 900; key += 1) {
      for (let n = 0; n < (key === 899 ? 50 : 9); n += 1) edge.buckets.take(`k${key}`, house.now);
    }
    const first = edge.limits.tell()?.spent.arrivals ?? [];
    expect(first).toHaveLength(500);
    expect(first[0]).toEqual(['k899', 50]);
    expect(edge.limits.tell()?.spent.arrivals).toHaveLength(400);
    expect(edge.limits.tell()).toBeNull();
  });

  it('are shared out while the core is away: all together give what one would', () => {
    const house = new House(4, RULE);
    house.isCoreThere = false;
    const atOnce = house.edges.map((edge) => drain(edge, 'a', house.now));
    expect(atOnce).toEqual([25, 25, 25, 25]);
    house.goTo(10_000);
    expect(house.edges.map((edge) => drain(edge, 'a', house.now))).toEqual([25, 25, 25, 25]);
    house.goTo(11_000);
    expect(house.edges.map((edge) => drain(edge, 'a', house.now))).toEqual([5, 5, 5, 5]);
  });

  it('charge what was given while the core was away once, and not a second time when the others hear of it', () => {
    for (const [count, awayMs] of [
      [8, 0],
      [8, 5_000],
      [2, 5_000],
    ] as const) {
      const house = new House(count, EDGE_LIMITS.arrivalsPerNetwork);
      const letIn = () => house.edges.reduce((sum, edge) => sum + drain(edge, 'carrier', house.now), 0);
      house.isCoreThere = false;
      let given = 0;
      for (let ms = 0; ms <= awayMs; ms += 100) {
        house.goTo(ms);
        given += letIn();
      }
      house.newCore();
      for (let ms = awayMs; ms <= awayMs + 10_000; ms += 100) {
        house.goTo(ms);
        given += letIn();
      }
      const one = 5_000 + (500 * (awayMs + 10_000)) / 1_000;
      expect(given).toBeGreaterThan(0.97 * one);
      expect(given).toBeLessThan(one + count * 125);
    }
  });

  it('do not take what an edge gave for its share for good: nothing of it is left once time has filled the bucket', () => {
    const house = new House(2, RULE);
    const [one, other] = house.edges as [Edge, Edge];
    house.isCoreThere = false;
    expect(drain(one, 'a', house.now)).toBe(50);
    house.newCore();
    house.goTo(10_000);
    expect(drain(other, 'a', house.now)).toBe(100);
    house.goTo(10_000 + BEAT_MS);
    expect(drain(one, 'a', house.now)).toBeLessThan(10);
  });

  it('are told again to a core that comes anew, and by it to an edge that does', () => {
    const house = new House(2, RULE);
    house.isCoreThere = false;
    expect(drain(house.edges[0] as Edge, 'a', house.now)).toBe(50);
    house.newCore();
    house.goTo(BEAT_MS);
    const born = house.add();
    expect(drain(born, 'a', house.now)).toBeLessThanOrEqual(60);
    expect(drain(born, 'b', house.now)).toBe(100);
  });

  it('forget who has long been quiet, with what was untold of them', () => {
    const house = new House(1, RULE);
    const [edge] = house.edges as [Edge];
    for (let n = 0; n < 7; n += 1) edge.buckets.take('a', house.now);
    house.goTo(10_000);
    edge.buckets.purge(house.now);
    for (let n = 0; n < 7; n += 1) edge.buckets.take('a', house.now);
    expect(edge.limits.tell()).toBeNull();
  });

  const FAULTS = ['core-dies', 'core-comes', 'link-breaks', 'link-comes'] as const;
  const steps = (does: readonly ('knock' | (typeof FAULTS)[number])[]) =>
    fc.array(
      fc.record({
        waitMs: fc.integer({ min: 0, max: 150 }),
        edge: fc.nat(3),
        knocks: fc.integer({ min: 1, max: 150 }),
        does: fc.constantFrom(...does),
      }),
      { maxLength: 150 },
    );

  /** What a run of steps at four edges gave, and how often a link or the core came or went in it. */
  function play(played: ReturnType<typeof steps> extends fc.Arbitrary<infer S> ? S : never, lagMs: number) {
    const house = new House(4, RULE);
    house.lagMs = lagMs;
    const givenMs: number[] = [];
    let faults = 0;
    for (const { waitMs, edge, knocks, does } of played) {
      house.goTo(house.nowMs + waitMs);
      const at = house.edges[edge];
      if (does === 'core-dies') house.isCoreThere = false;
      if (does === 'core-comes' && !house.isCoreThere) house.newCore();
      if (at !== undefined && does.startsWith('link-')) at.isUp = does === 'link-comes';
      if (does !== 'knock') faults += 1;
      for (let n = 0; n < knocks; n += 1) {
        if (does === 'knock' && at?.buckets.take('a', house.now) === 0) givenMs.push(house.nowMs);
      }
    }
    return { givenMs, faults };
  }

  function expectNoMoreThanOneEdge(givenMs: readonly number[], beyond: number): void {
    for (const windowMs of [1_000, 10_000, 60_000]) {
      const one = RULE.burst + (RULE.perS * windowMs) / 1_000;
      expect(mostWithin(givenMs, windowMs)).toBeLessThanOrEqual(one + beyond);
    }
  }

  // Within one lag each of the others may give what it has not heard to be gone; they all pay it back.
  const ONE_LAG = 3 * RULE.burst;

  it('never give more in any window than one edge would, and what a lag can hide', () => {
    fc.assert(
      fc.property(steps(['knock']), fc.integer({ min: 0, max: 100 }), (played, lagMs) => {
        expectNoMoreThanOneEdge(play(played, lagMs).givenMs, ONE_LAG);
      }),
      { numRuns: 300 },
    );
  });

  it('nor where links break and cores die, but for what each of these makes forget', () => {
    const does = [...Array.from({ length: 60 }, () => 'knock' as const), ...FAULTS];
    fc.assert(
      fc.property(steps(does), fc.integer({ min: 0, max: 100 }), (played, lagMs) => {
        const { givenMs, faults } = play(played, lagMs);
        expectNoMoreThanOneEdge(givenMs, ONE_LAG + faults * RULE.burst);
      }),
      { numRuns: 300 },
    );
  });

  it('never refuse who keeps within the rule by a lag, wherever they knock, while the core is there', () => {
    const knock = fc.record({ waitMs: fc.integer({ min: 0, max: 500 }), edge: fc.nat(3), wants: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(knock, { maxLength: 80 }), fc.integer({ min: 0, max: 100 }), (knocks, lagMs) => {
        const house = new House(4, RULE);
        house.lagMs = lagMs;
        // A bucket that is smaller by what comes in while word is under way, and by what was too little to be told until then.
        const most = RULE.burst - (RULE.perS * (BEAT_MS + lagMs)) / 1_000 - 8 - 1;
        let left = most;
        let atMs = 0;
        for (const { waitMs, edge, wants } of knocks) {
          house.goTo(house.nowMs + waitMs);
          left = Math.min(most, left + ((house.nowMs - atMs) * RULE.perS) / 1_000);
          atMs = house.nowMs;
          for (let n = 0; n < Math.min(wants, Math.floor(left)); n += 1) {
            expect(house.edges[edge]?.buckets.take('a', house.now)).toBe(0);
          }
          left -= Math.min(wants, Math.floor(left));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
