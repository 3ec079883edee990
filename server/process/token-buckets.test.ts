import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { TokenBuckets } from './token-buckets.ts';

const at = monotonicMs;
const rule = { burst: 3, perS: 10, refusedCount: false, maxKeys: 100 };
const drain = (buckets: TokenBuckets, key: string, ms: number) => {
  let taken = 0;
  while (buckets.take(key, at(ms)) === 0) taken += 1;
  return taken;
};

describe('a token bucket', () => {
  it('gives the burst at once and then the rate, and says how long to wait', () => {
    const buckets = new TokenBuckets(rule);
    expect(drain(buckets, 'a', 0)).toBe(3);
    expect(buckets.take('a', at(0))).toBe(100);
    expect(buckets.take('a', at(60))).toBe(40);
    expect(buckets.take('a', at(100))).toBe(0);
    expect(drain(buckets, 'a', 10_000)).toBe(3);
  });

  it('is one per key', () => {
    const buckets = new TokenBuckets(rule);
    drain(buckets, 'a', 0);
    expect(buckets.take('b', at(0))).toBe(0);
  });

  it('keeps letting a crowd in at the rate, however hard it knocks', () => {
    const buckets = new TokenBuckets(rule);
    drain(buckets, 'crowd', 0);
    let through = 0;
    for (let ms = 1; ms <= 1_000; ms += 1) if (buckets.take('crowd', at(ms)) === 0) through += 1;
    expect(through).toBe(10);
  });

  it('where refused attempts count, stays empty until the hammering stops', () => {
    const buckets = new TokenBuckets({ ...rule, refusedCount: true });
    drain(buckets, 'a', 0);
    for (let ms = 1; ms <= 1_000; ms += 1) expect(buckets.take('a', at(ms))).toBeGreaterThan(0);
    expect(buckets.take('a', at(1_100))).toBe(0);
  });

  it('is forgotten when it is full again, and memory stays bounded without that', () => {
    const buckets = new TokenBuckets(rule);
    for (let i = 0; i < 1_000; i += 1) buckets.take(`k${i}`, at(0));
    expect(buckets.size).toBe(100);
    buckets.purge(at(50));
    expect(buckets.size).toBe(100);
    buckets.purge(at(100));
    expect(buckets.size).toBe(0);
  });

  it('tells whether there is one without taking it', () => {
    const buckets = new TokenBuckets(rule);
    expect(buckets.has('a', at(0))).toBe(true);
    drain(buckets, 'a', 0);
    expect(buckets.has('a', at(0))).toBe(false);
    expect(buckets.has('a', at(100))).toBe(true);
    expect(buckets.take('a', at(100))).toBe(0);
  });

  it('can be in debt for what was given elsewhere, by a minute at most, and pays it by time', () => {
    const buckets = new TokenBuckets(rule);
    buckets.spend('a', { amount: 23, now: at(0) });
    expect(buckets.level('a', at(0))).toBe(-20);
    expect(buckets.take('a', at(0))).toBe(2_100);
    expect(buckets.take('a', at(2_100))).toBe(0);
    buckets.spend('a', { amount: 1_000_000, now: at(3_000) });
    expect(buckets.level('a', at(3_000))).toBe(-600);
  });

  it('where refused attempts count, forgives no debt for one', () => {
    const buckets = new TokenBuckets({ ...rule, refusedCount: true });
    buckets.spend('a', { amount: 23, now: at(0) });
    buckets.take('a', at(0));
    expect(buckets.level('a', at(0))).toBe(-20);
  });

  it('gives fewer where one costs more', () => {
    const buckets = new TokenBuckets(rule);
    expect(buckets.takeAt('a', { price: 2, now: at(0) })).toBe(0);
    expect(buckets.takeAt('a', { price: 2, now: at(0) })).toBe(100);
    expect(buckets.level('a', at(0))).toBe(1);
  });
});
