import { expect, test } from 'vitest';
import { ageInSeconds, countdown, counted, deviation, fineMs, grouped, sinceStart, span } from './format.ts';

test('time left rounds up, so that 00:00 means over', () => {
  expect([23_000, 22_001, 22_000, 1, 0, -5, 3_723_000].map(countdown)).toEqual([
    '00:23',
    '00:23',
    '00:22',
    '00:01',
    '00:00',
    '00:00',
    '1:02:03',
  ]);
});

test('deviations carry their sign, and none at zero', () => {
  expect([42_000, -65_000, 200, 3_605_000].map(deviation)).toEqual(['+0:42', '−1:05', '0:00', '+1:00:05']);
  expect([4_477_000, -300_000].map(sinceStart)).toEqual(['T+ 1:14:37', 'T− 0:05:00']);
});

test('windows, ages and figures have their unit and their groups', () => {
  expect([60_000, 2_500, 90_000, 120_000, 150_000, 7_500_000].map(span)).toEqual([
    '60 s',
    '2.5 s',
    '90 s',
    '2 min',
    '2 min 30 s',
    '2 h 5 min',
  ]);
  expect([4_240, 250_000].map(ageInSeconds)).toEqual(['4.2 s', '250 s']);
  expect(grouped(118_204.4)).toBe('118,204');
  expect([0, 1, 61_482].map((n) => counted(n, 'vote', 'votes'))).toEqual(['0 votes', '1 vote', '61,482 votes']);
});

test('short times keep a tenth, longer ones need none', () => {
  expect([0.04, 0.44, 9.94, 9.96, 12.4, 1_204.4].map(fineMs)).toEqual(['0.0', '0.4', '9.9', '10', '12', '1,204']);
});
