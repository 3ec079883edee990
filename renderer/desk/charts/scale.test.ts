import { expect, test } from 'vitest';
import { linear, linearWithin } from './scale.ts';

test('values lie evenly between the ends of their places, whichever way round these are', () => {
  const x = linear({ from: 0, to: 30 }, { from: 76, to: 676 });
  expect([0, 15, 30].map(x)).toEqual([76, 376, 676]);
  const y = linear({ from: 0, to: 200 }, { from: 300, to: 20 });
  expect([0, 100, 200].map(y)).toEqual([300, 160, 20]);
});

test('a value beyond the end lies beyond its place, or at it where the plot must not be left', () => {
  const ends = [
    { from: 0, to: 10 },
    { from: 100, to: 0 },
  ] as const;
  expect([-1, 11].map(linear(...ends))).toEqual([110, -10]);
  expect([-1, 5, 11].map(linearWithin(...ends))).toEqual([100, 50, 0]);
});
