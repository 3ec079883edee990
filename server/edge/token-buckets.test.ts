import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const rule = { burst: 3, perS: 10, refusedCount: false, maxKeys: 100 };
const drain = (buckets: TokenBuckets, key: string, nowMs: number) => {
  let taken = 0;
  while (buckets.take(key, nowMs) === 0) taken += 1;
  return taken;
};

describe('a token bucket', () => {
  it('gives the burst at once and then the rate, and says how long to wait', () => {
    const buckets = new TokenBuckets(rule);
    expect(drain(buckets, 'a', 0)).toBe(3);
    expect(buckets.take('a', 0)).toBe(100);
    expect(buckets.take('a', 60)).toBe(40);
    expect(buckets.take('a', 100)).toBe(0);
    expect(drain(buckets, 'a', 10_000)).toBe(3);
  });

  it('is one per key', () => {
    const buckets = new TokenBuckets(rule);
    drain(buckets, 'a', 0);
    expect(buckets.take('b', 0)).toBe(0);
  });

  it('keeps letting a crowd in at the rate, however hard it knocks', () => {
    const buckets = new TokenBuckets(rule);
    drain(buckets, 'crowd', 0);
    let through = 0;
    for (let ms = 1; ms <= 1_000; ms += 1) if (buckets.take('crowd', ms) === 0) through += 1;
    expect(through).toBe(10);
  });

  it('where refused attempts count, stays empty until the hammering stops', () => {
    const buckets = new TokenBuckets({ ...rule, refusedCount: true });
    drain(buckets, 'a', 0);
    for (let ms = 1; ms <= 1_000; ms += 1) expect(buckets.take('a', ms)).toBeGreaterThan(0);
    expect(buckets.take('a', 1_100)).toBe(0);
  });

  it('is forgotten when it is full again, and memory stays bounded without that', () => {
    const buckets = new TokenBuckets(rule);
    for (let i = 0; i < 1_000; i += 1) buckets.take(`k${i}`, 0);
    expect(buckets.size).toBe(100);
    buckets.purge(50);
    expect(buckets.size).toBe(100);
    buckets.purge(100);
    expect(buckets.size).toBe(0);
  });

  it('tells whether there is one without taking it', () => {
    const buckets = new TokenBuckets(rule);
    expect(buckets.has('a', 0)).toBe(true);
    drain(buckets, 'a', 0);
    expect(buckets.has('a', 0)).toBe(false);
    expect(buckets.has('a', 100)).toBe(true);
    expect(buckets.take('a', 100)).toBe(0);
  });
});
