import { expect, test } from 'vitest';
import { VITALS } from '../testing/show-fixture.ts';
import { pinConsequence } from './pin-consequence.ts';
import { DEFAULT_REVERT, REVERT_TIMES } from './revert-times.ts';

test('pinning on says what viewers notice and how many they are', () => {
  const words = pinConsequence('results-cadence', 'on', VITALS);
  expect(words).toContain('for all 118,204 viewers online');
  expect(words).toContain('No vote is dropped or sampled.');
});

test('with an edge missing no number of viewers is named', () => {
  expect(pinConsequence('results-cadence', 'on', { ...VITALS, edges: VITALS.edges.slice(1) })).toContain(
    'for every viewer',
  );
});

test('pinning off says that the automatic can’t help any more', () => {
  expect(pinConsequence('results-cadence', 'off', VITALS)).toMatch(/^The automatic can’t turn it on/);
});

test('a pin reverts by itself after a quarter of an hour unless another time is chosen', () => {
  expect(DEFAULT_REVERT.ms).toBe(900_000);
  expect(REVERT_TIMES.map(({ ms }) => ms)).toEqual([300_000, 900_000, 1_800_000, null]);
});
