import { expect, test } from 'vitest';
import { chosenSeed, seededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { plannedMs } from './plans.ts';

const COUNT = 40_000;

/** When this share of all has acted, s. */
function at(times: Float64Array, share: number): number {
  return (times[Math.floor(times.length * share)] ?? 0) / 1_000;
}

test('the profiles have the shapes that their mixtures say', () => {
  const random = seededRandom(chosenSeed());
  const push = plannedMs({ shape: 'push', overMs: 600_000, timesFaster: 1 }, COUNT, random);
  const onAir = plannedMs({ shape: 'on-air', overMs: 36_000_000, timesFaster: 1 }, COUNT, random);
  // Quantiles of the mixtures by their distribution functions; 40,000 draws stay within 8 %.
  for (const [times, share, exactS] of [
    [push, 0.5, 6.2],
    [push, 0.95, 25.8],
    [onAir, 0.5, 35.2],
    [onAir, 0.95, 273.4],
  ] as const) {
    expect(Math.abs(at(times, share) / exactS - 1)).toBeLessThan(0.08);
  }
});

test('the same seed plans the same times, in order and before the end', () => {
  const plan = { shape: 'push', overMs: 15_000, timesFaster: 2 } as const;
  const first = plannedMs(plan, 1_000, seededRandom(7));
  expect(plannedMs(plan, 1_000, seededRandom(7))).toEqual(first);
  expect(first).toEqual(first.toSorted());
  expect(first.at(-1)).toBeLessThan(15_000);
});

test('an even plan puts the same number into every second', () => {
  const times = plannedMs({ shape: 'even', overMs: 10_000 }, 10_000, seededRandom(chosenSeed()));
  for (let s = 0; s < 10; s++) {
    const inIt = times.filter((ms) => ms >= s * 1_000 && ms < (s + 1) * 1_000).length;
    expect(Math.abs(inIt - 1_000)).toBeLessThanOrEqual(1);
  }
});
