import { expect, test } from 'vitest';
import { byStep, gapsOf, merged, withPoint } from './timeline.ts';

const at = (...times: number[]) => times.map((atMs) => ({ atMs, from: 'here' }));

test('a step without a point is a gap, from the end of the last one to the start of the next', () => {
  expect(gapsOf(at(1_000, 2_000, 5_000, 6_000), 1_000)).toEqual([{ fromMs: 3_000, toMs: 5_000 }]);
  expect(gapsOf(at(1_000, 2_000, 3_000), 1_000)).toEqual([]);
  expect(gapsOf(at(7_000), 1_000)).toEqual([]);
});

test('what the core kept fills the gaps and stands for what both have, in time order', () => {
  const kept = [2_000, 3_000, 4_000].map((atMs) => ({ atMs, from: 'core' }));
  expect(merged(at(1_000, 2_000, 5_000), kept)).toEqual([
    { atMs: 1_000, from: 'here' },
    { atMs: 2_000, from: 'core' },
    { atMs: 3_000, from: 'core' },
    { atMs: 4_000, from: 'core' },
    { atMs: 5_000, from: 'here' },
  ]);
});

test('a core that set its clock back takes back what it now calls the future', () => {
  expect(withPoint(at(1_000, 2_000, 9_000), { atMs: 2_000, from: 'new' })).toEqual([
    { atMs: 1_000, from: 'here' },
    { atMs: 2_000, from: 'new' },
  ]);
});

test('points are grouped by the step they lie in, and an empty step makes no group', () => {
  expect(byStep(at(1_000, 9_000, 10_000, 31_000), 10_000).map((g) => [g.atMs, g.points.length])).toEqual([
    [0, 2],
    [10_000, 1],
    [30_000, 1],
  ]);
});
