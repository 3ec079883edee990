import { describe, expect, it } from 'vitest';
import { RecentValues } from './recent-values.ts';

describe('values of the last seconds', () => {
  it('have percentiles by nearest rank, in the order asked, and none when nothing was noted lately', () => {
    const values = new RecentValues();
    expect(values.percentiles(0, [0.5])).toBeNull();
    for (let value = 100; value >= 1; value -= 1) values.note(0, value);
    expect(values.percentiles(1_000, [0.99, 0.5, 1])).toEqual([99, 50, 100]);
    expect(values.percentiles(6_000, [0.5])).toBeNull();
  });

  it('leave out what is older, also where newer ones stand before it in the ring', () => {
    const values = new RecentValues();
    for (let i = 0; i < 2_048; i += 1) values.note(0, 1_000);
    values.note(4_000, 2);
    values.note(4_000, 4);
    expect(values.percentiles(4_000, [0.5])).toEqual([1_000]);
    expect(values.percentiles(8_000, [0.5, 1])).toEqual([2, 4]);
  });

  it('under load are the newest', () => {
    const values = new RecentValues();
    for (let i = 0; i < 10_000; i += 1) values.note(0, i < 5_000 ? 1_000 : 2);
    expect(values.percentiles(0, [0.5, 1])).toEqual([2, 2]);
  });
});
