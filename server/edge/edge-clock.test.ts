import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { EdgeClock } from './edge-clock.ts';

/** A monotonic clock in the test's hand, and a core whose clock is `offsetMs` ahead of it. */
function rig(offsetMs: number, anchor: ClockAnchor | null) {
  const world = { monoMs: 1_000, offsetMs };
  const clock = new EdgeClock({ monotonicNow: () => monotonicMs(world.monoMs), wallMs: () => 42, anchor });
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
    const { clock, exchange } = rig(1_700_000_000_000, null);
    expect(clock.nowMs()).toBe(42);
    exchange(1, 1);
    expect(clock.nowMs()).toBeCloseTo(1_700_000_001_002, -1);
  });

  it('goes on from where the last core stood, until the next one speaks', () => {
    const anchor = { bootId: 'boot', coreMs: 1_700_000_000_000, monotonicMs: 400, uptimeMs: 400 };
    const { world, clock, exchange } = rig(1_700_000_000_000, anchor);
    expect(clock.nowMs()).toBe(1_700_000_000_600);
    world.monoMs += 5_000;
    expect(clock.nowMs()).toBe(1_700_000_005_600);
    exchange(1, 1);
    expect(clock.nowMs()).toBeCloseTo(1_700_000_006_002, -1);
  });

  it('is set at once where the core says that it was, with nothing exchanged since', () => {
    const { world, clock, exchange } = rig(1_700_000_000_000, null);
    for (let i = 0; i < 8; i += 1) exchange(3, 3);
    const before = clock.nowMs();
    clock.shift(-3_600_000);
    world.offsetMs -= 3_600_000;
    expect(clock.nowMs()).toBe(before - 3_600_000);
    exchange(5, 5);
    expect(clock.nowMs()).toBe(before - 3_600_000 + 10);
  });

  it('is never further off than half of the shortest round trip, and runs on without the core', () => {
    const trip = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(trip, trip), { minLength: 1, maxLength: 8 }),
        fc.nat(3_600_000),
        (trips, laterMs) => {
          const { world, clock, exchange } = rig(1_700_000_000_000, null);
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
    const { world, clock, exchange } = rig(1_700_000_000_000, null);
    for (let i = 0; i < 8; i += 1) exchange(0, 0);
    world.offsetMs += 60_000;
    exchange(20, 20);
    expect(Math.abs(clock.nowMs() - (world.monoMs + world.offsetMs))).toBeLessThanOrEqual(21);
  });
});
