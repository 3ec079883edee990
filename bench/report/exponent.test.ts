import { expect, test } from 'vitest';
import { growthExponent } from './exponent.ts';

const sizes = [1_000, 4_000, 10_000, 20_000, 200_000];

test('a cost of so much for each grows in step, and one of pairs twice as steep', () => {
  const costs = sizes.map((viewers) => ({ viewers, each: viewers * 230, pairs: viewers ** 2 }));
  expect(growthExponent(costs, ({ each }) => each)).toBeCloseTo(1);
  expect(growthExponent(costs, ({ pairs }) => pairs)).toBeCloseTo(2);
});

test('what a house costs by itself among few viewers does not hide how it grows among many', () => {
  const costs = sizes.map((viewers) => ({ viewers, cpu: viewers < 10_000 ? 1e9 : viewers }));
  expect(growthExponent(costs, ({ cpu }) => cpu)).toBeCloseTo(1);
});

test('a short run, with fewer than two such sizes, is fitted over all it has', () => {
  const costs = [1_000, 2_000, 10_000].map((viewers) => ({ viewers, cpu: viewers ** 1.5 }));
  expect(growthExponent(costs, ({ cpu }) => cpu)).toBeCloseTo(1.5);
});
