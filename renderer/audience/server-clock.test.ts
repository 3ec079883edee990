import { expect, test } from 'vitest';
import { clockSample, serverTimeMs, withSample } from './server-clock.ts';

test('the core’s time is unknown before the first sample', () => {
  expect(serverTimeMs([], 5)).toBeNull();
});

test('a sample assumes that both ways took equally long', () => {
  const samples = withSample([], clockSample({ sentAtMs: 1_000, receivedAtMs: 1_200, serverNowMs: 90_000 }));
  expect(serverTimeMs(samples, 1_200)).toBe(90_100);
});

test('the shortest round trip is believed, whether it came first or last', () => {
  const slow = clockSample({ sentAtMs: 0, receivedAtMs: 3_000, serverNowMs: 51_500 });
  const fast = clockSample({ sentAtMs: 4_000, receivedAtMs: 4_020, serverNowMs: 55_010 });
  expect(serverTimeMs(withSample(withSample([], slow), fast), 5_000)).toBe(56_000);
  expect(serverTimeMs(withSample(withSample([], fast), slow), 5_000)).toBe(56_000);
});

test('a clock that has been set is believed at once, however slowly the news of it came', () => {
  const before = Array.from({ length: 8 }, () => ({ offsetMs: 3_600_000, roundTripMs: 10 }));
  const after = withSample(before, { offsetMs: 0, roundTripMs: 900 });
  expect(serverTimeMs(after, 1_000)).toBe(1_000);
});

test('a slow exchange that agrees with the fast ones takes nothing from them', () => {
  const after = withSample([{ offsetMs: 100, roundTripMs: 10 }], { offsetMs: 300, roundTripMs: 900 });
  expect(serverTimeMs(after, 0)).toBe(100);
});
