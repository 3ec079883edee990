import { expect, test } from 'vitest';
import { pollCadenceMs, resendDelayMs, returnDelayMs } from './backoff.ts';
import { CALM } from './testing/samples.ts';

const hints = { ...CALM, jitterMs: 12_000, retryAfterMs: 700 };

test('the first return is spread evenly over the server’s jitter', () => {
  const at = (random: number) => returnDelayMs({ attempt: 0, hints, retryAfterMs: null, random });
  expect([at(0), at(0.25), at(0.5), at(1)]).toEqual([0, 3_000, 6_000, 12_000]);
});

test('the spread doubles with each attempt in a row and is bounded', () => {
  const at = (attempt: number) =>
    returnDelayMs({ attempt, hints: { ...CALM, jitterMs: 0, retryAfterMs: 0 }, retryAfterMs: null, random: 1 });
  expect([0, 1, 2, 3].map(at)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(at(50)).toBe(30_000);
});

test('no one returns before the time that the server asked for', () => {
  expect(returnDelayMs({ attempt: 0, hints, retryAfterMs: 9_000, random: 0 })).toBe(9_000);
  expect(returnDelayMs({ attempt: 1, hints, retryAfterMs: null, random: 0 })).toBe(700);
});

test('a ballot waits two seconds for its answer, twice as long each time, longer when the server says so, and never in step with the others', () => {
  const quiet = { ...CALM, jitterMs: 0 };
  expect(resendDelayMs({ tries: 1, hints: quiet, retryAfterMs: null, random: 0 })).toBe(2_000);
  expect(resendDelayMs({ tries: 1, hints: quiet, retryAfterMs: null, random: 1 })).toBe(2_500);
  expect(resendDelayMs({ tries: 1, hints: quiet, retryAfterMs: 5_000, random: 0 })).toBe(5_000);
  expect([2, 3, 4].map((tries) => resendDelayMs({ tries, hints: quiet, retryAfterMs: null, random: 0 }))).toEqual([
    4_000, 8_000, 16_000,
  ]);
  expect(resendDelayMs({ tries: 40, hints: quiet, retryAfterMs: null, random: 1 })).toBe(24_000);
});

test('polling follows the cadence but never asks more than once a second', () => {
  expect(pollCadenceMs({ ...CALM, cadenceMs: 3_000 })).toBe(3_000);
  expect(pollCadenceMs({ ...CALM, cadenceMs: 250 })).toBe(1_000);
});
