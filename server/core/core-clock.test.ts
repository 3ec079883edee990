import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { CoreClock } from './core-clock.ts';

const WALL_MS = 1_800_000_000_123;

/** A machine whose three clocks are moved by hand and tell their time in ticks. */
class Machine {
  readonly at = { wallMs: WALL_MS, monotonicMs: 5_017, uptimeMs: 90_031 };
  readonly #ticks: { wall: number; monotonic: number; uptime: number };

  constructor(ticks: { wall: number; monotonic: number; uptime: number } = { wall: 1, monotonic: 1, uptime: 10 }) {
    this.#ticks = ticks;
  }

  core(anchor: ClockAnchor | null = null): CoreClock {
    const told = (ms: number, tick: number) => Math.floor(ms / tick) * tick;
    return new CoreClock(
      {
        wallMs: () => told(this.at.wallMs, this.#ticks.wall),
        monotonicNow: () => monotonicMs(told(this.at.monotonicMs, this.#ticks.monotonic)),
        uptimeMs: () => told(this.at.uptimeMs, this.#ticks.uptime),
      },
      anchor,
    );
  }

  pass(ms: number): void {
    this.at.monotonicMs += ms;
    this.sleep(ms);
  }

  sleep(ms: number): void {
    this.at.wallMs += ms;
    this.at.uptimeMs += ms;
  }

  /** Somebody sets the wall clock. */
  set(byMs: number): void {
    this.at.wallMs += byMs;
  }
}

describe('core time', () => {
  it('starts at the wall clock and goes on with the monotonic one', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.pass(1_234);
    expect(clock.nowMs()).toBe(WALL_MS + 1_234);
    expect(clock.check()).toBeNull();
  });

  it('is not moved by a clock that somebody sets, and reports it once', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.set(-3_600_000);
    expect(clock.nowMs()).toBe(WALL_MS);
    expect(clock.check()).toEqual({ kind: 'stepped', byMs: -3_600_000 });
    machine.pass(250);
    expect(clock.check()).toBeNull();
    expect(clock.driftMs()).toBe(-3_600_000);
  });

  it('goes on with the world after the machine slept', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.sleep(60_000);
    expect(clock.check()).toEqual({ kind: 'suspended', byMs: 60_000 });
    expect(clock.nowMs()).toBe(WALL_MS + 60_000);
    expect(clock.driftMs()).toBe(0);
    machine.pass(250);
    expect(clock.check()).toBeNull();
  });

  it('tells a sleep from a clock that was set during it', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.sleep(60_000);
    machine.set(3_600_000);
    expect(clock.check()).toEqual({ kind: 'suspended', byMs: 60_000 });
    expect(clock.nowMs()).toBe(WALL_MS + 60_000);
  });

  it('takes a slow drift without a word, and the wall clock when it is told to', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.set(120);
    machine.pass(250);
    expect(clock.check()).toBeNull();
    expect(clock.wantedShiftMs()).toBe(120);
    clock.shift(120);
    expect(clock.driftMs()).toBe(0);
    expect(clock.nowMs()).toBe(machine.at.wallMs);
    expect(clock.wantedShiftMs()).toBe(0);
  });
});

describe('a core after another', () => {
  it('goes on with its time, whatever the wall clock was set to', () => {
    const machine = new Machine();
    const first = machine.core();
    machine.pass(10_000);
    const anchor = first.anchor();
    machine.set(600_000);
    machine.pass(2_000);
    const second = machine.core(anchor);
    expect(second.nowMs()).toBe(WALL_MS + 12_000);
    expect(second.check()).toEqual({ kind: 'stepped', byMs: 600_000 });
  });

  it('counts what the machine has slept since', () => {
    const machine = new Machine();
    const anchor = machine.core().anchor();
    machine.sleep(120_000);
    machine.pass(1_000);
    expect(machine.core(anchor).nowMs()).toBe(WALL_MS + 121_000);
  });

  it('begins with the wall clock where the anchor is of another boot', () => {
    const machine = new Machine();
    const anchor = machine.core().anchor();
    machine.at.monotonicMs = 12;
    machine.at.uptimeMs = 12;
    expect(machine.core(anchor).nowMs()).toBe(WALL_MS);
  });
});

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

it('is right to a tick whatever steps, sleeps and deaths come in whatever order', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
    fc.record({ what: fc.constant('set' as const), ms: fc.integer({ min: 3_000, max: 7_200_000 }) }),
    fc.record({ what: fc.constant('set' as const), ms: fc.integer({ min: -7_200_000, max: -3_000 }) }),
    fc.record({ what: fc.constant('sleep' as const), ms: fc.integer({ min: 3_000, max: 600_000 }) }),
    fc.record({ what: fc.constant('die' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(1, 16, 1_000), (steps, uptime) => {
      const machine = new Machine({ wall: 1, monotonic: 1, uptime });
      let clock = machine.core();
      /** What core time has to be: it goes on, asleep and awake, and nobody sets it. */
      let trueMs: number = clock.nowMs();
      let sleeps = 0;
      for (const { what, ms } of steps) {
        if (what === 'set') machine.set(ms);
        else if (what === 'sleep') machine.sleep(ms);
        else machine.pass(ms);
        if (what !== 'set') trueMs += ms;
        if (what === 'sleep') sleeps += 1;
        if (what === 'die') clock = machine.core(clock.anchor());
        clock.check();
      }
      // A sleep is measured by the uptime where the wall clock was set in the same moment.
      expect(Math.abs(clock.nowMs() - trueMs)).toBeLessThanOrEqual(2 + sleeps * 2 * uptime);
    }),
  );
});
