import { expect, test } from 'vitest';
import { across, bandBetween, curvesThrough, lineThrough, upright } from './path.ts';

const place = (x: number, y: number | null) => ({ x, y });

test('a curve is a line through all that is known, and an area from it to the ground', () => {
  expect(curvesThrough([place(0, 5), place(10, 2), place(20, 8)], { groundY: 60, loneWidth: 4 })).toEqual([
    { line: 'M0 5L10 2L20 8', area: 'M0 5L10 2L20 8V60H0Z' },
  ]);
});

test('no line and no area crosses what is not known', () => {
  const places = [place(0, null), place(1, 5), place(2, 5), place(3, null), place(4, 7), place(5, 7)];
  expect(curvesThrough(places, { groundY: 60, loneWidth: 4 }).map(({ area }) => area)).toEqual([
    'M1 5L2 5V60H1Z',
    'M4 7L5 7V60H4Z',
  ]);
  expect(lineThrough(places)).toBe('M1 5L2 5M4 7L5 7');
  expect(lineThrough([place(0, null)])).toBe('');
});

test('what is known between two gaps is a dash as wide as is asked for', () => {
  const places = [place(0, null), place(10, 5), place(20, null)];
  expect(curvesThrough(places, { groundY: 60, loneWidth: 4 })).toEqual([{ line: 'M8 5H12', area: 'M8 5H12V60H8Z' }]);
});

test('a band runs along its upper line and back along its lower one', () => {
  const places = [
    { x: 0, upperY: 1, lowerY: 9 },
    { x: 10, upperY: 2, lowerY: 8 },
  ];
  expect(bandBetween(places)).toBe('M0 1L10 2L10 8L0 9Z');
});

test('straight lines run from edge to edge, and no number is longer than can be seen', () => {
  expect(across(211.333_333_3, { from: 76, to: 1_186 })).toBe('M76 211.333H1186');
  expect(upright(206.666_666, { from: 0, to: 120 })).toBe('M206.667 0V120');
});
