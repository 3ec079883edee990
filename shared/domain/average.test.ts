import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OptionId } from '../protocol/ids.ts';
import { averageOf } from './average.ts';

const options = ['1', '2', '3', '4', '5'].map((text) => ({ id: text as OptionId, text }));
const votes = (...counts: number[]) => {
  const by = new Map(options.map(({ id }, i) => [id, counts[i] ?? 0]));
  return (id: OptionId) => by.get(id) ?? null;
};

describe('the average of a rating', () => {
  it('weighs each number by its votes', () => {
    expect(averageOf(options, votes(1, 0, 0, 0, 1))).toEqual({ text: '3.0', most: 5 });
    expect(averageOf(options, votes(0, 0, 0, 1, 2))).toEqual({ text: '4.7', most: 5 });
  });

  it('is not known without votes, with an option that is no number, or with a count that is hidden', () => {
    expect(averageOf(options, votes())).toBeNull();
    expect(averageOf([...options, { id: 'x' as OptionId, text: 'none' }], () => 1)).toBeNull();
    expect(averageOf([...options, { id: 'x' as OptionId, text: ' ' }], () => 1)).toBeNull();
    expect(averageOf(options, (id) => (id === '3' ? null : 1))).toBeNull();
  });

  it('lies between the lowest and the highest number that was chosen, and is the same by shares as by counts', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 5, maxLength: 5 }), (counts) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        fc.pre(total > 0);
        const chosen = counts.flatMap((count, i) => (count > 0 ? [i + 1] : []));
        const average = averageOf(options, votes(...counts));
        expect(Number(average?.text)).toBeGreaterThanOrEqual(Math.min(...chosen));
        expect(Number(average?.text)).toBeLessThanOrEqual(Math.max(...chosen));
        const byShare = averageOf(options, votes(...counts.map((count) => count / total)));
        expect(Math.abs(Number(byShare?.text) - Number(average?.text))).toBeLessThan(0.11);
      }),
    );
  });
});
