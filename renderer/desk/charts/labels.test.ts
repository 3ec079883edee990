import { expect, test } from 'vitest';
import { fitting } from './labels.ts';

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
