import { describe, expect, it } from 'vitest';
import { keep } from '../kept.ts';
import { result } from '../testing/result.ts';
import { logRange, logTicks } from './panel.ts';
import { advantages } from './peers.ts';
import { profile } from './shares.ts';
import { soak } from './soak.ts';
import { path, svg } from './svg.ts';

describe('an axis of logarithms', () => {
  it('reaches around all values and has a tick at both ends', () => {
    expect(logRange([3, 70])).toEqual([2, 100]);
    expect(logRange([0.4, 0.4])).toEqual([0.2, 0.5]);
    expect(logRange([0, Number.NaN])).toEqual([1, 10]);
  });

  it('marks powers of ten, and steps between them where there are few', () => {
    expect(logTicks([1, 1_000])).toEqual([1, 10, 100, 1_000]);
    expect(logTicks([2, 100])).toEqual([2, 5, 10, 20, 50, 100]);
  });
});

describe('a line', () => {
  it('has a gap where a value is missing', () => {
    expect(
      path([
        [0, 1],
        [1, Number.NaN],
        [2, 3],
        [3, 4],
      ]),
    ).toBe('M0 1M2 3L3 4');
  });
});

describe('advantages', () => {
  const beside = { what: '', peer: '', product: [200], others: [100], target: null };

  it('are above 1 where the product is better: more a second, less of anything else', () => {
    expect(advantages({ ...beside, unit: '/s' })).toEqual([2]);
    expect(advantages({ ...beside, unit: 'µs' })).toEqual([0.5]);
  });
});

describe('the soak', () => {
  it('has a line for each process, and is not drawn without samples', () => {
    const series = [0, 5].map((atS) => ({ atS, processes: [{ name: 'core', rssKb: 1_024 * (atS + 1), fds: 20 }] }));
    const drawing = soak([keep({ ...result('soak', 5), raw: { series } })]);
    expect(drawing?.desc).toBe('Memory of core: from 1 to 6. Descriptors of core: from 20 to 20.');
    expect(soak([keep(result('soak', 5))])).toBeNull();
    expect(soak([])).toBeNull();
  });
});

describe('a profile', () => {
  it('shows what all parts did, and own files that have no colour as own code', () => {
    const small = Array.from({ length: 9 }, (_, i) => ({ name: `library ${i}`, s: 2 }));
    const groups = [{ name: '(program)', s: 5 }, ...small, { name: 'server/edge/spread', s: 1 }];
    const parts = [{ part: 'edges', threads: 2, busyS: 24, groups }];
    const drawing = profile(keep({ ...result('ballots', 5), raw: { profile: { parts } } }));
    expect(drawing?.desc).toContain('edges: (program) 5.00 s');
    expect(drawing?.desc).toContain('own code, all other files 1.00 s');
    expect(drawing?.desc).toContain('everything else 6.00 s');
  });
});

describe('a picture', () => {
  it('escapes what stands in its words', () => {
    const text = svg({ title: 'a < b', desc: '"c" & d', width: 10, height: 10, body: [] });
    expect(text).toContain('<title id="title">a &lt; b</title>');
    expect(text).toContain('&quot;c&quot; &amp; d');
  });
});
