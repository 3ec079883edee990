import { describe, expect, it } from 'vitest';
import { forecast, PUSH } from './forecast.ts';

/** As measured for people who have the page open: 12.5 % of the voters in the third second, 95 % within 25 s. */
describe('the forecast for connected viewers', () => {
  const made = forecast(100_000, PUSH, 0.5);

  it('peaks where shows peaked', () => {
    expect(made.peakPerS / 50_000).toBeCloseTo(0.125, 2);
    expect(made.peakAtS).toBeGreaterThan(2.5);
    expect(made.peakAtS).toBeLessThan(4);
    expect(made.votedBy95S).toBeGreaterThan(22);
    expect(made.votedBy95S).toBeLessThan(28);
  });

  it('has nobody voting before GO, nearly everybody within the curve, and nothing for nobody', () => {
    expect(made.curve[0]).toBe(0);
    const voted = made.curve.reduce((sum, perS) => sum + perS * made.stepS, 0);
    expect(voted / 50_000).toBeGreaterThan(0.98);
    expect(voted / 50_000).toBeLessThanOrEqual(1.001);
    expect(forecast(0, PUSH, 0.5).peakPerS).toBe(0);
  });
});
