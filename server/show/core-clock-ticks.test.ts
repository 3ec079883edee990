/** What each clock can resolve, and any order of what can befall them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIVE_DAYS_MS, Machine } from './clock-machine.test-part.ts';

describe.each([1, 16, 1_000])('an uptime told in ticks of %i ms', (uptime) => {
  it.each([1, 16, 1_000])('is no sleep in ten minutes, with a wall clock of %i ms', (wall) => {
    for (const monotonic of [1, 16]) {
      const machine = new Machine({ wall, monotonic, uptime });
      const clock = machine.core();
      for (let passedMs = 0; passedMs < 600_000; passedMs += 250) {
        machine.pass(250);
        expect(clock.check()).toBeNull();
        const shiftMs = clock.wantedShiftMs();
        expect(shiftMs).toBe(0);
      }
      // Not more than the two clocks it is read from may be off by.
      expect(Math.abs(clock.nowMs() - machine.at.wallMs)).toBeLessThanOrEqual(wall + monotonic);
    }
  });

  it('still tells a sleep of three seconds', () => {
    const machine = new Machine({ wall: 1, monotonic: 1, uptime });
    const clock = machine.core();
    for (let passedMs = 0; passedMs < 90_000; passedMs += 250) {
      machine.pass(250);
      clock.check();
    }
    machine.sleep(3_000);
    expect(clock.check()).toMatchObject({ kind: 'suspended', byMs: 3_000 });
    expect(clock.nowMs()).toBe(machine.at.wallMs);
  });
});

/**
 * A wall clock that is set back by more than half of a sleep in the quarter second in which it ends can't be told from an uptime
 * that jumped, so that does not come here.
 */
it('is right to a tick whatever steps, sleeps, jumps of the uptime and deaths come in whatever order', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
    fc.record({ what: fc.constant('set' as const), ms: fc.integer({ min: 3_000, max: 7_200_000 }) }),
    fc.record({ what: fc.constant('set' as const), ms: fc.integer({ min: -7_200_000, max: -3_000 }) }),
    fc.record({ what: fc.constant('sleep' as const), ms: fc.integer({ min: 3_000, max: 600_000 }) }),
    fc.record({ what: fc.constant('sleep-and-set' as const), ms: fc.integer({ min: 4_000, max: 600_000 }) }),
    fc.record({ what: fc.constant('jump' as const), ms: fc.integer({ min: 3_000, max: FIVE_DAYS_MS }) }),
    fc.record({ what: fc.constant('jump' as const), ms: fc.integer({ min: -60_000, max: -3_000 }) }),
    fc.record({ what: fc.constant('die' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 16, 1_000), (steps, uptime) => {
      const machine = new Machine({ wall: 1, monotonic: 1, uptime });
      let clock = machine.core();
      /** As the supervisor has it: told at a start and after every event. */
      let told = clock.anchor();
      /** What core time has to be: it goes on, asleep and awake, and nobody sets it. */
      let trueMs: number = clock.nowMs();
      let sleeps = 0;
      for (const { what, ms } of steps) {
        if (what === 'set') machine.set(ms);
        else if (what === 'jump') machine.countUptimeFrom(ms);
        else if (what === 'sleep' || what === 'sleep-and-set') machine.sleep(ms);
        else machine.pass(ms);
        if (what === 'sleep-and-set') machine.set(ms % 2 === 0 ? 10 * ms : -Math.floor(ms / 4));
        if (what !== 'set' && what !== 'jump') trueMs += ms;
        if (what === 'sleep' || what === 'sleep-and-set') sleeps += 1;
        if (what === 'die') {
          clock = machine.core(told);
          told = clock.anchor();
        }
        while (clock.check() !== null) told = clock.anchor();
      }
      // A sleep is measured by the uptime where the wall clock was set in the same moment.
      expect(Math.abs(clock.nowMs() - trueMs)).toBeLessThanOrEqual(2 + sleeps * 2 * uptime);
    }),
  );
});
