import { expect, test } from 'vitest';
import { barEnd, everyTick, niceTop, sinceGo, ticksTo, timeEnd, timeTicks } from './axis.ts';

test('an axis ends at a round number that holds the highest value', () => {
  expect([0, 3, 10, 11, 5_040, 6_001, 7_999, 8_001, 123_456].map(niceTop)).toEqual([
    10, 10, 10, 20, 6_000, 8_000, 8_000, 10_000, 200_000,
  ]);
});

test('it starts at 0 and its steps are whole and even', () => {
  expect(ticksTo(6_000)).toEqual([0, 2_000, 4_000, 6_000]);
  expect(ticksTo(10)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticksTo(20)).toEqual([0, 5, 10, 15, 20]);
  for (let most = 1; most < 100_000; most = Math.ceil(most * 1.3)) {
    for (const tick of ticksTo(niceTop(most))) expect(Number.isInteger(tick), `${tick} up to ${most}`).toBe(true);
  }
});

test('a window of any length has a few round times', () => {
  expect(timeTicks(95)).toEqual([0, 15, 30, 45, 60, 75, 90]);
  expect(timeTicks(20)).toEqual([0, 5, 10, 15, 20]);
  expect(timeTicks(86_400)).toHaveLength(7);
});

test('an axis that always shows the same has its ticks from 0 to its end', () => {
  expect(everyTick(10, 30)).toEqual([0, 10, 20, 30]);
  expect(everyTick(10, 29)).toEqual([0, 10, 20]);
});

test('an axis of time leaves room for the word at its last mark, and moves in steps', () => {
  expect(timeEnd(90)).toBe(95);
  expect(timeEnd(91)).toBe(95);
  expect(timeEnd(3_600)).toBe(3_750);
  expect(timeEnd(0)).toBe(5);
});

test('bars take a longer scale at once and a shorter one only when there is room to spare', () => {
  expect(barEnd(null, 0.376)).toBe(0.45);
  expect(barEnd(0.45, 0.46)).toBe(0.6);
  expect(barEnd(0.6, 0.44)).toBe(0.6);
  expect(barEnd(0.6, 0.35)).toBe(0.45);
});

test('time since GO is written in minutes and seconds', () => {
  expect([0, 4.2, 67, 3_723].map(sinceGo)).toEqual(['0:00', '0:04', '1:07', '1:02:03']);
});
