import { expect, it } from 'vitest';
import { CALM_HINTS } from '../../shared/domain/ladder.ts';
import { ReturnSpread } from './return-spread.ts';

it('spreads the returns of a full edge over so long that at most 2,000 come in a second', () => {
  const spread = new ReturnSpread();
  const told = [0, 6_000, 6_001, 10_000, 16_000, 17_000, 24_000, 90_000].map((viewers, i) => {
    spread.follow(viewers, i);
    return spread.wantedMs;
  });
  const calm = CALM_HINTS.jitterMs;
  expect(told).toEqual([calm, calm, 5_000, 5_000, 8_000, 12_000, 12_000, 12_000]);
});

it('steps down only when much fewer are left, so that it does not go to and fro', () => {
  const spread = new ReturnSpread();
  const told = [17_000, 15_900, 17_000, 12_801, 12_800, 8_001, 8_000, 4_800, 0].map((viewers, i) => {
    spread.follow(viewers, i);
    return spread.wantedMs;
  });
  expect(told).toEqual([12_000, 12_000, 12_000, 12_000, 8_000, 8_000, 5_000, 3_000, 3_000]);
});

it('is calm once the fullest edge has kept its viewers for ten seconds', () => {
  const spread = new ReturnSpread();
  const calmAt = (viewers: number, nowMs: number) => {
    spread.follow(viewers, nowMs);
    return spread.isCalm;
  };
  expect(calmAt(0, 1_000)).toBe(true);
  for (let s = 1; s <= 30; s++) expect(calmAt(s * 500, 1_000 + s * 1_000)).toBe(false);
  expect(calmAt(20_000, 40_000)).toBe(false);
  expect(calmAt(21_000, 49_999)).toBe(false);
  expect(calmAt(21_000, 50_000)).toBe(true);
  expect(calmAt(9_000, 51_000)).toBe(false);
});
