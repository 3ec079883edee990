import { expect, it } from 'vitest';
import { gapsIn, numberRanges } from './number-ranges.ts';

it.each([
  [[], 'none'],
  [[4], '4'],
  [[5, 4], '4 to 5'],
  [[14, 3, 8, 7, 9, 3], '3, 7 to 9 and 14'],
])('%j is %s', (numbers, words) => {
  expect(numberRanges(numbers)).toBe(words);
});

it('many stretches end in how many numbers more there are', () => {
  const odd = Array.from({ length: 20 }, (_, i) => 2 * i + 1);
  expect(numberRanges(odd)).toMatch(/^1, 3, .* 23 and 8 more$/);
});

it('gaps are what is left between numbers', () => {
  expect(gapsIn({ from: 5, to: 12 }, [6, 7, 10])).toEqual([
    { from: 5, to: 5 },
    { from: 8, to: 9 },
    { from: 11, to: 12 },
  ]);
  expect(gapsIn({ from: 5, to: 6 }, [5, 6])).toEqual([]);
});
