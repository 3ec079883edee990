import { expect, test } from 'vitest';
import { RespawnPolicy } from './respawn-policy.ts';

test('waits longer after each death, up to 2 s, and never gives up', () => {
  const policy = new RespawnPolicy();
  const delays = Array.from({ length: 6 }, (_, i) => policy.died({ nowMs: i * 60_000, readyForMs: null }).delayMs);
  expect(delays).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
});

test('starts over with the shortest wait once a life has been ready for 3 s', () => {
  const policy = new RespawnPolicy();
  policy.died({ nowMs: 0, readyForMs: null });
  expect(policy.died({ nowMs: 3_000, readyForMs: 2_999 }).delayMs).toBe(500);
  expect(policy.died({ nowMs: 9_000, readyForMs: 3_000 }).delayMs).toBe(250);
});

test('raises the alarm at every third death within 30 s, not at rarer ones', () => {
  const policy = new RespawnPolicy();
  const at = (nowMs: number) => policy.died({ nowMs, readyForMs: null }).alarm;
  expect([at(0), at(20_000), at(40_000), at(45_000)]).toEqual([false, false, false, true]);
  expect([at(46_000), at(47_000), at(48_000)]).toEqual([false, false, true]);
});

test('people hear of each death, then once that it keeps dying, and of a death again once a life has lasted', () => {
  const policy = new RespawnPolicy();
  const at = (nowMs: number, readyForMs: number | null) => policy.died({ nowMs, readyForMs }).news;
  expect([at(0, null), at(1_000, 500), at(2_000, null)]).toEqual(['died', 'died', 'keeps-dying']);
  expect(Array.from({ length: 20 }, (_, n) => at(8_000 + n * 6_000, 5_000))).toEqual(Array(20).fill(null));
  expect(at(200_000, 30_000)).toBe('died');
});
