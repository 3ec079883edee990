/** What is printed of counts, and that it is the same wherever it is printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OptionId } from '../protocol/ids.ts';
import { leadersOf, shareOf, sharesOf, shareText } from './shares.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((all, n) => all + n, 0);
const printed = (...counts: number[]) => sharesOf(counts, sum(counts)).map(shareText);
const steps = (counts: readonly number[]) => sharesOf(counts, sum(counts)).map((share) => Math.round(share * 1_000));

/** Small, large, level and lonely counts, which no generator of plain numbers would draw together. */
const count = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 3_000 }), fc.nat({ max: 2_000_000 }));
const ballots = fc
  .array(fc.tuple(count, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 6 })
  .map((groups) => groups.flatMap(([n, size]) => Array<number>(size).fill(n)))
  .filter((counts) => sum(counts) > 0);

describe('what is printed of a count', () => {
  it.each([
    ['5 of 9', [5, 4], ['55.6', '44.4']],
    ['three level', [1, 1, 1], ['33.3', '33.3', '33.3']],
    ['two level and one ahead', [4, 4, 6], ['28.6', '28.6', '42.8']],
    ['seven level, which the nearest makes more than 100', Array(7).fill(1), Array(7).fill('14.3')],
    ['one vote ahead of 141,000', [70_501, 70_500], ['50.0', '50.0']],
    ['one vote against the rest', [1, 99_999], ['0.1', '99.9']],
    ['two with next to nothing', [1, 99_998, 1], ['0.1', '99.8', '0.1']],
    ['all for one', [7, 0, 0], ['100.0', '0.0', '0.0']],
    ['two halves of a step: the first of the rundown gets it', [1, 15], ['6.3', '93.7']],
    [
      'a pair that the remainder does not go round, while one alone can have it',
      [599, 599, 802],
      ['29.9', '29.9', '40.2'],
    ],
    [
      'a pair ahead by a vote, who never print less than who is behind',
      [1_667, 1_667, 1_666],
      ['33.3', '33.3', '33.3'],
    ],
    ['nothing of nothing', [0, 0], ['0.0', '0.0']],
  ])('is, for %s', (_what, counts, expected) => {
    expect(printed(...counts)).toEqual(expected);
  });

  it('is equal for equal counts, never less for more votes, and 0.0 and 100.0 only for none and for all', () => {
    fc.assert(
      fc.property(ballots, (counts) => {
        const given = steps(counts);
        for (const [i, n] of counts.entries()) {
          const step = given[i] ?? Number.NaN;
          expect([step === 0, step === 1_000]).toEqual([n === 0, n === sum(counts)]);
          for (const [j, other] of counts.entries()) {
            if (n === other) expect(given[j]).toBe(step);
            if (n < other) expect(given[j]).toBeGreaterThanOrEqual(step);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('adds up to 100.0 where a step more for some can do that, and is the nearest where none can', () => {
    fc.assert(
      fc.property(ballots, (counts) => {
        const given = steps(counts);
        const total = sum(counts);
        const excess = sum(counts.map((n) => (n === 0 ? 0 : Math.max(1, Math.floor((n * 1_000) / total))))) - 1_000;
        if (excess > 0) {
          // What the smallest are given comes off the others.
          expect(Math.abs(sum(given) - 1_000)).toBeLessThan(counts.length);
          return;
        }
        for (const [i, n] of counts.entries()) {
          expect(Math.abs((given[i] ?? 0) - (n * 1_000) / total)).toBeLessThanOrEqual(1);
        }
        if (canAddUp(counts)) expect(sum(given)).toBe(1_000);
        else expect(given).toEqual(counts.map((n) => Math.round(shareOf(n, total) * 1_000)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of two, is the nearest for both of them, whatever the counts', () => {
    for (let total = 1; total <= 1_500; total++) {
      for (const n of [1, Math.floor(total / 3), Math.floor(total / 2), total - 1]) {
        const [first = 0, second = 0] = steps([n, total - n]);
        expect(first + second).toBe(1_000);
        if (n === 0 || n === total) continue;
        const exact = (n * 1_000) / total;
        expect(Math.abs(first - exact)).toBeLessThanOrEqual(exact < 1 || exact > 999 ? 1 : 0.5);
      }
    }
  });

  it('is of voters where they may choose more than one: the nearest, and no sum', () => {
    expect(sharesOf([5, 9, 4], 9).map(shareText)).toEqual(['55.6', '100.0', '44.4']);
    expect(sharesOf([1, 1, 1], 2).map(shareText)).toEqual(['50.0', '50.0', '50.0']);
    expect([shareOf(1, 99_999), shareOf(99_998, 99_999), shareOf(3, 0)].map(shareText)).toEqual(['0.1', '99.9', '0.0']);
  });

  it('is a number of whole thousandths, which print as they are', () => {
    for (let step = 0; step <= 1_000; step++) expect(shareText(step / 1_000)).toBe((step / 10).toFixed(1));
  });

  it('is worked out in no time for fifty options', () => {
    const counts = Array.from({ length: 50 }, (_, i) => 1_000 + i * 37 - (i % 7) * 37);
    const times = Array.from({ length: 20 }, () => {
      const before = performance.now();
      sharesOf(counts, sum(counts));
      return performance.now() - before;
    });
    // Whatever else the machine does, it doesn’t do it twenty times.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

describe('who leads', () => {
  const [a, b, c] = ['a', 'b', 'c'] as OptionId[] as [OptionId, OptionId, OptionId];

  it('goes by counts, and where those are not shown by what is said', () => {
    const options = [
      { id: a, share: 0.5, count: 70_500 },
      { id: b, share: 0.5, count: 70_501 },
    ];
    expect(leadersOf({ options })).toEqual([b]);
    const shares = options.map(({ id, share }) => ({ id, share }));
    expect(leadersOf({ options: shares, leads: [b] })).toEqual([b]);
    expect(leadersOf({ options: shares })).toEqual([a, b]);
  });

  it('is nobody before the first vote, and where nothing of it is shown', () => {
    expect(leadersOf({ options: [{ id: c, count: 0, share: 0 }] })).toEqual([]);
    expect(leadersOf({})).toEqual([]);
    expect(leadersOf(null)).toEqual([]);
  });
});

/** Every way to give some groups of equals a step more than their floor, none of which prints more for fewer votes. */
function canAddUp(counts: readonly number[]): boolean {
  const total = sum(counts);
  const different = [...new Set(counts)].filter((n) => n > 0).sort((x, y) => x - y);
  const floors = different.map((n) => Math.floor((n * 1_000) / total));
  for (let mask = 0; mask < 2 ** different.length; mask++) {
    const given = floors.map((floor, i) => floor + ((mask >> i) & 1));
    const allowed = given.every(
      (step, i) => step >= 1 && (step < 1_000 || different.length === 1) && (i === 0 || step >= (given[i - 1] ?? 0)),
    );
    const all = sum(given.map((step, i) => step * counts.filter((n) => n === different[i]).length));
    if (allowed && all === 1_000) return true;
  }
  return false;
}
