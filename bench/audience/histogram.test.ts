import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('any quantile is within two per cent of the exact one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const histogram = new Histogram();
        for (const ms of values) histogram.record(ms);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
        expect(Math.abs(histogram.quantileMs(share) - exact)).toBeLessThanOrEqual(exact * 0.02 + 0.001);
      },
    ),
  );
});

test('histograms of several processes add up to that of all their events', () => {
  const all = new Histogram();
  const parts = [new Histogram(), new Histogram(), new Histogram()];
  for (let i = 0; i < 3_000; i++) {
    const ms = (i * 7_919) % 1_013;
    all.record(ms);
    parts[i % 3]?.record(ms);
  }
  const sum = new Histogram();
  for (const part of parts) sum.add(part.pack());
  expect(sum.summary()).toEqual(all.summary());
  expect(sum.summary().count).toBe(3_000);
});

test('an empty one says so with zeros', () => {
  expect(new Histogram().summary()).toEqual({ count: 0, meanMs: 0, p50Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 });
});
