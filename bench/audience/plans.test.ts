import { expect, test } from 'vitest';
import { chosenSeed, seededRandom } from '../../e2e/server/testing/seeded-random.ts';
import { plannedMs } from './plans.ts';

const COUNT = 40_000;

/** When this share of all has acted, s. */
function at(times: Float64Array, share: number): number {
  return (times[Math.floor(times.length * share)] ?? 0) / 1_000;
}

test('the profiles have the shapes that shows were measured to have', () => {
  const random = seededRandom(chosenSeed());
  const push = plannedMs({ shape: 'push', overMs: 600_000, timesFaster: 1 }, COUNT, random);
  expect(at(push, 0.5)).toBeGreaterThan(5.5);
  expect(at(push, 0.5)).toBeLessThan(6.8);
  expect(at(push, 0.95)).toBeGreaterThan(22);
  expect(at(push, 0.95)).toBeLessThan(28);
  const onAir = plannedMs({ shape: 'on-air', overMs: 3_600_000, timesFaster: 1 }, COUNT, random);
  expect(at(onAir, 0.5)).toBeGreaterThan(33);
  expect(at(onAir, 0.5)).toBeLessThan(40);
  expect(at(onAir, 0.95)).toBeGreaterThan(265);
  expect(at(onAir, 0.95)).toBeLessThan(315);
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
