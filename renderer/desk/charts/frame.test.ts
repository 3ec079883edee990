import { expect, test } from 'vitest';
import { frameOf } from './frame.ts';

const ROOM = { width: 1_198, height: 330, axisWidth: 76, axisHeight: 26, typePx: 13, endS: 95, top: 6_000 };

test('the plot leaves room for its axes and for the words above it', () => {
  expect(frameOf(ROOM)).toMatchObject({ left: 76, right: 1_186, top: 26, bottom: 304 });
});

test('what lies beyond the axes is drawn at their ends', () => {
  const frame = frameOf(ROOM);
  expect([-1, 0, 95, 200].map((s) => frame?.x(s))).toEqual([76, 76, 1_186, 1_186]);
  expect([0, 3_000, 6_000, 9_000].map((value) => frame?.y(value))).toEqual([304, 165, 26, 26]);
});

test('a chart without room for a plot has none', () => {
  expect(frameOf({ ...ROOM, width: 80 })).toBeNull();
  expect(frameOf({ ...ROOM, height: 40 })).toBeNull();
});
