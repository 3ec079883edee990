import { expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { LifeSign } from './life-sign.ts';

it('is given from work alone, while no timer runs, and not more often than asked for', () => {
  let nowMs = 0;
  const saidAtMs: number[] = [];
  const sign = new LifeSign(
    500,
    () => monotonicMs(nowMs),
    () => saidAtMs.push(nowMs),
  );
  for (; nowMs < 10_000; nowMs += 1) sign.worked();
  expect(saidAtMs.length).toBeGreaterThan(15);
  saidAtMs.forEach((atMs, i) => {
    const sinceMs = atMs - (saidAtMs[i - 1] ?? atMs - 500);
    expect(sinceMs).toBeGreaterThanOrEqual(500);
    expect(sinceMs).toBeLessThan(600);
  });
});

it('is given by the timer where there is no work', () => {
  let nowMs = 0;
  let said = 0;
  const sign = new LifeSign(
    500,
    () => monotonicMs(nowMs),
    () => said++,
  );
  for (; nowMs < 5_000; nowMs += 500) sign.due();
  expect(said).toBe(10);
});
