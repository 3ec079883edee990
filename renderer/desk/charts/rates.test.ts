import { expect, test } from 'vitest';
import { type Counted, peakOf, ratesOf, thinned } from './rates.ts';

const OPENED_MS = 1_790_000_000_000;
/** A count at the end of the second that begins `s` seconds after GO. */
const point = (s: number, total: number): Counted['points'][number] => ({
  atMs: OPENED_MS + s * 1_000,
  online: 100,
  total,
});

test('a step’s rate is what its count grew by, from nothing at GO', () => {
  expect(ratesOf({ points: [point(0, 10), point(1, 40), point(2, 60)], stepMs: 1_000 }, OPENED_MS)).toEqual([
    { s: 0, perS: 0 },
    { s: 0.5, perS: 10 },
    { s: 1.5, perS: 30 },
    { s: 2.5, perS: 20 },
  ]);
});

test('the peak is the highest rate, the first of equal ones, and none before anybody has voted', () => {
  expect(
    peakOf([
      { s: 1, perS: null },
      { s: 2, perS: 7 },
      { s: 3, perS: 7 },
    ]),
  ).toEqual({ s: 2, perS: 7 });
  expect(peakOf([{ s: 0, perS: 0 }])).toBeNull();
});

test('a long run is drawn in fewer points, with its peak and its breaks', () => {
  const many = Array.from({ length: 1_800 }, (_, s) => ({ s, perS: s === 777 ? 999 : s === 1_200 ? null : 5 }));
  const few = thinned(many, 400);
  expect(few.length).toBeLessThanOrEqual(400 + 1);
  expect(few.find(({ perS }) => perS === 999)?.s).toBe(777);
  expect(few.some(({ perS }) => perS === null)).toBe(true);
});
