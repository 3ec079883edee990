import { expect, test } from 'vitest';
import { PLOT, type Sample, sparklineView } from './sparkline-view.ts';

const START_MS = 1_000_000;
/** A sample a second, `null` for a step without one. */
function samples(values: readonly (number | null)[]): Sample[] {
  return values.flatMap((value, i) => (value === null ? [] : [{ atMs: START_MS + i * 1_000, value }]));
}
const drawn = (values: readonly (number | null)[], nowMs = START_MS + values.length * 1_000 + 300) =>
  sparklineView({
    samples: samples(values),
    stepMs: 1_000,
    windowMs: values.length * 1_000,
    nowMs,
    top: null,
  });

test('a whole curve is one line from edge to edge, its peak at the top', () => {
  const view = drawn([0, 5, 10, 5]);
  expect(view.lines).toEqual([`M37.5 58L112.5 30L187.5 2L262.5 30`]);
  expect(view.areas).toEqual([`M37.5 58L112.5 30L187.5 2L262.5 30V${PLOT.height}H37.5Z`]);
  expect(view.gaps).toEqual([]);
  expect(view.peak).toBe(10);
});

test('steps without a figure are a gap, and no line crosses it', () => {
  const view = drawn([1, 1, null, null, 1, 1]);
  expect(view.lines).toHaveLength(2);
  expect(view.gaps).toEqual([{ left: 33.3, width: 33.3 }]);
});

test('a figure that must not be drawn is a gap too', () => {
  const view = sparklineView({
    samples: [
      { atMs: START_MS, value: 3 },
      { atMs: START_MS + 1_000, value: null },
    ],
    stepMs: 1_000,
    windowMs: 2_000,
    nowMs: START_MS + 2_000,
    top: null,
  });
  expect(view.gaps).toEqual([{ left: 50, width: 50 }]);
});

test('the time before the first figure is a gap', () => {
  const view = sparklineView({
    samples: samples([4, 4]),
    stepMs: 1_000,
    windowMs: 8_000,
    nowMs: START_MS + 2_100,
    top: null,
  });
  expect(view.gaps).toEqual([{ left: 0, width: 75 }]);
});

test('a curve whose newest figure is on its way ends at the one before; one that stopped shows the gap', () => {
  expect(drawn([1, 1, 1, 1], START_MS + 6_500).gaps).toEqual([]);
  expect(drawn([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], START_MS + 15_000).gaps).toEqual([{ left: 50, width: 50 }]);
});

test('a lone figure between gaps is still seen', () => {
  expect(drawn([null, 2, null, 2]).lines[0]).toBe('M75 2H150');
});

test('nothing but zeros lies on the ground, and no figures at all are one gap', () => {
  expect(drawn([0, 0]).lines).toEqual(['M75 58L225 58']);
  const none = sparklineView({ samples: [], stepMs: 1_000, windowMs: 3_000, nowMs: START_MS, top: null });
  expect(none).toEqual({ lines: [], areas: [], gaps: [{ left: 0, width: 100 }], peak: null });
});
