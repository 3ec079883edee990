import { describe, expect, it } from 'vitest';
import { CoreClock } from './core-clock.ts';

/** A machine whose three clocks are moved by hand. */
function machine() {
  const at = { wallMs: 1_800_000_000_000, monotonicMs: 5_000, uptimeMs: 90_000 };
  const clock = new CoreClock({
    wallMs: () => at.wallMs,
    monotonicMs: () => at.monotonicMs,
    uptimeMs: () => at.uptimeMs,
  });
  return {
    at,
    clock,
    pass(ms: number) {
      at.wallMs += ms;
      at.monotonicMs += ms;
      at.uptimeMs += ms;
    },
    sleep(ms: number) {
      at.wallMs += ms;
      at.uptimeMs += ms;
    },
  };
}

describe('core time', () => {
  it('starts at the wall clock and goes on with the monotonic one', () => {
    const { clock, pass } = machine();
    pass(1_234);
    expect(clock.nowMs()).toBe(1_800_000_001_234);
    expect(clock.check()).toBeNull();
  });

  it('is not moved by a clock that somebody sets, and reports it once', () => {
    const { at, clock, pass } = machine();
    at.wallMs -= 3_600_000;
    expect(clock.nowMs()).toBe(1_800_000_000_000);
    expect(clock.check()).toEqual({ kind: 'stepped', byMs: -3_600_000 });
    pass(250);
    expect(clock.check()).toBeNull();
    expect(clock.driftMs()).toBe(-3_600_000);
  });

  it('goes on with the world after the machine slept', () => {
    const { clock, sleep } = machine();
    sleep(60_000);
    expect(clock.check()).toEqual({ kind: 'suspended', byMs: 60_000 });
    expect(clock.nowMs()).toBe(1_800_000_060_000);
    expect(clock.driftMs()).toBe(0);
  });

  it('takes a slow drift without a word, and the wall clock when it is told to', () => {
    const { at, clock, pass } = machine();
    at.wallMs += 40;
    pass(250);
    expect(clock.check()).toBeNull();
    clock.anchorToWall();
    expect(clock.driftMs()).toBe(0);
    expect(clock.nowMs()).toBe(at.wallMs);
  });
});
