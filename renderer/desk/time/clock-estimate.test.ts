import { expect, test } from 'vitest';
import { NO_ESTIMATE, withHeard, withRoundTrip } from './clock-estimate.ts';

test('a round trip puts the core at the middle of it', () => {
  const estimate = withRoundTrip(NO_ESTIMATE, { sentAtMs: 1_000, receivedAtMs: 1_040, serverNowMs: 6_020 });
  expect(estimate.offsetMs).toBe(5_000);
  expect(estimate.rttMs).toBe(40);
});

test('a slow trip is shown but does not move the clock', () => {
  const quick = withRoundTrip(NO_ESTIMATE, { sentAtMs: 1_000, receivedAtMs: 1_004, serverNowMs: 6_002 });
  const slow = withRoundTrip(quick, { sentAtMs: 2_000, receivedAtMs: 2_900, serverNowMs: 7_850 });
  expect(slow.offsetMs).toBe(5_000);
  expect(slow.rttMs).toBe(900);
});

test('before the first round trip the freshest time heard is taken', () => {
  const first = withHeard(NO_ESTIMATE, 1_000, 5_900);
  expect(first.offsetMs).toBe(4_900);
  expect(withHeard(first, 1_250, 6_245).offsetMs).toBe(4_995);
  expect(withHeard(first, 1_250, 6_000).offsetMs).toBe(4_900);
});

test('a desk whose clock is ahead of the core finds that too', () => {
  expect(withHeard(NO_ESTIMATE, 10_000, 4_000).offsetMs).toBe(-6_000);
});

test('a core that set its clock back by less than a slow link could explain is found by the next round trip', () => {
  const measured = withRoundTrip(NO_ESTIMATE, { sentAtMs: 1_000, receivedAtMs: 1_004, serverNowMs: 6_002 });
  const set = withRoundTrip(measured, { sentAtMs: 3_000, receivedAtMs: 3_040, serverNowMs: 5_520 });
  expect(set.offsetMs).toBe(2_500);
  expect(withRoundTrip(set, { sentAtMs: 5_000, receivedAtMs: 5_900, serverNowMs: 7_900 }).offsetMs).toBe(2_500);
});

test('late vitals do not move a measured clock, but a core that set its clock anew does', () => {
  const measured = withRoundTrip(NO_ESTIMATE, { sentAtMs: 1_000, receivedAtMs: 1_010, serverNowMs: 6_005 });
  expect(withHeard(measured, 2_000, 6_400).offsetMs).toBe(5_000);
  expect(withHeard(measured, 2_000, 9_000).offsetMs).toBe(7_000);
  expect(withHeard(measured, 10_000, 9_000).offsetMs).toBe(-1_000);
});
