import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { CoreClock } from './core-clock.ts';

/** A monotonic clock in the test's hand, and a core whose clock is `offsetMs` ahead of it. */
function rig(offsetMs: number) {
  const world = { monoMs: 1_000, offsetMs };
  const clock = new CoreClock(
    () => monotonicMs(world.monoMs),
    () => 42,
  );
  const exchange = (thereMs: number, backMs: number) => {
    const sentAtMs = world.monoMs;
    world.monoMs += thereMs;
    const serverNowMs = Math.floor(world.monoMs + world.offsetMs);
    world.monoMs += backMs;
    clock.learn(monotonicMs(sentAtMs), serverNowMs);
  };
  return { world, clock, exchange };
}

describe('core time at an edge', () => {
  it('is the own wall clock only until the core has spoken', () => {
    const { clock, exchange } = rig(1_700_000_000_000);
    expect(clock.nowMs()).toBe(42);
    exchange(1, 1);
    expect(clock.nowMs()).toBeCloseTo(1_700_000_001_002, -1);
  });

  it('is never further off than half of the shortest round trip, and runs on without the core', () => {
    const trip = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(trip, trip), { minLength: 1, maxLength: 8 }),
        fc.nat(3_600_000),
        (trips, laterMs) => {
          const { world, clock, exchange } = rig(1_700_000_000_000);
          for (const [there, back] of trips) exchange(there, back);
          world.monoMs += laterMs;
          const shortest = Math.min(...trips.map(([there, back]) => there + back));
          const off = Math.abs(clock.nowMs() - (world.monoMs + world.offsetMs));
          expect(off).toBeLessThanOrEqual(shortest / 2 + 2);
        },
      ),
    );
  });

  it('follows a core whose clock stepped at once, without waiting for old samples to leave', () => {
    const { world, clock, exchange } = rig(1_700_000_000_000);
    for (let i = 0; i < 8; i += 1) exchange(0, 0);
    world.offsetMs += 60_000;
    exchange(20, 20);
    expect(Math.abs(clock.nowMs() - (world.monoMs + world.offsetMs))).toBeLessThanOrEqual(21);
  });
});
