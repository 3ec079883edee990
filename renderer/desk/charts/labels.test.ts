import { expect, test } from 'vitest';
import { fitting, middleBeside, middleWithin } from './labels.ts';

const ROOM = { rightPx: 1_000, typePx: 13 };
const label = (x: number, words: string, ends = false) => ({ x, words, ends });

test('words that would lie over more important ones are left out, their mark stays', () => {
  const placed = fitting([label(0, 'GO 7'), label(900, 'close', true), label(20, 'HOLD'), label(400, '+10 s')], ROOM);
  expect(placed.map(({ words, said }) => [words, said])).toEqual([
    ['GO 7', true],
    ['close', true],
    ['HOLD', false],
    ['+10 s', true],
  ]);
});

test('words that would leave the plot end at their mark', () => {
  expect(fitting([label(980, 'a second call')], ROOM)[0]?.ends).toBe(true);
  expect(fitting([label(100, 'a second call')], ROOM)[0]?.ends).toBe(false);
});

test('what belongs to a stretch stands in its middle, and whole in the plot', () => {
  const plot = { left: 76, right: 1_000 };
  expect([80, 500, 990].map((x) => middleWithin(x, 100, plot))).toEqual([126, 500, 950]);
});

test('what belongs to a line stands after it, and before it where it would leave the plot', () => {
  const plot = { right: 1_000 };
  expect([100, 900, 901, 1_000].map((x) => middleBeside(x, 100, plot))).toEqual([150, 950, 851, 950]);
});
