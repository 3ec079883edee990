import { describe, expect, it } from 'vitest';
import { Histogram } from '../audience/histogram.ts';
import type { Result } from '../report/result.ts';
import { curveOf, keep, ratesAround, readKept, writeKept } from './kept.ts';
import { result } from './testing/result.ts';

const packed = (values: readonly number[]) => {
  const histogram = new Histogram();
  for (const ms of values) histogram.record(ms);
  return histogram.pack();
};
const thousand = packed(Array.from({ length: 1_000 }, (_, i) => i + 1));

describe('a curve', () => {
  const { count, points } = curveOf(thousand);
  const at = (share: number) => points.find(([found]) => found >= share - 1e-9)?.[1] ?? 0;

  it('says what a share of the events did not exceed, to the width of a bucket', () => {
    expect(count).toBe(1_000);
    expect(Math.abs(at(0.9) / 900 - 1)).toBeLessThan(1 / 64);
    expect(Math.abs(at(0.99) / 990 - 1)).toBeLessThan(1 / 64);
  });

  it('rises, ends with the slowest, and tells no shares apart that so few events can not', () => {
    expect(points.map(([, ms]) => ms)).toEqual(points.map(([, ms]) => ms).toSorted((a, b) => a - b));
    expect(points.at(-1)?.[0]).toBe(1);
    expect(Math.abs((points.at(-1)?.[1] ?? 0) / 1_000 - 1)).toBeLessThan(1 / 64);
    expect(points.at(-2)?.[0]).toBeLessThanOrEqual(0.999);
  });
});

describe('rates', () => {
  it('count from the kill and have a 0 where nothing happened', () => {
    expect(ratesAround({ 99: 4, 102: 6 }, 100, 10_000)).toEqual([
      [-0.1, 40],
      [0, 0],
      [0.1, 0],
      [0.2, 60],
    ]);
  });

  it('are none where nothing was counted', () => {
    expect(ratesAround({}, 100, 0)).toEqual([]);
  });
});

describe('what is kept of a result', () => {
  const from = (raw: Result['raw']) => keep(JSON.parse(JSON.stringify({ ...result('core-killed', 3_000), raw })));

  it('has a curve for every histogram and rates around the kill, and drops the rest', () => {
    const kept = from({ acks: thousand, killedMs: 10_000, answersPerBin: { 99: 4 }, refusals: { late: 1 } });
    expect(Object.keys(kept.curves)).toEqual(['acks']);
    expect(kept.rates.answersPerBin).toEqual([[-0.1, 40]]);
    expect(JSON.stringify(kept)).not.toContain('late');
  });

  it('ignores what another scenario calls by a name that is known here', () => {
    expect(from({ cpu: 'all of it', series: [1, 2] })).toMatchObject({ raw: {}, series: null });
  });

  it('is read as it was written, a figure that could not be had included', () => {
    const kept = keep(
      JSON.parse(
        JSON.stringify({
          ...result('night', 3_000),
          figures: [{ what: 'polling p99', value: Number.NaN, unit: 'ms', target: null }],
          raw: { acks: thousand, series: [{ atS: 0, core: { rssKb: 5 } }] },
        }),
      ),
    );
    const read = readKept(writeKept(kept));
    expect(read.figures[0]?.value).toBeNaN();
    expect(read.series).toEqual({ atS: [0], lines: { 'core.rssKb': [5] } });
    expect(writeKept(read)).toBe(writeKept(kept));
  });
});
