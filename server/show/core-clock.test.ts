import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { FIVE_DAYS_MS, Machine, WALL_MS } from './clock-machine.test-part.ts';

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

  it('tells a sleep from a clock that was corrected after it', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.sleep(3_600_000);
    machine.set(-4_000);
    expect(clock.check()).toEqual({ kind: 'suspended', byMs: 3_600_000 });
    expect(clock.nowMs()).toBe(WALL_MS + 3_600_000);
  });

  it.each([FIVE_DAYS_MS, -FIVE_DAYS_MS, 60_000])(
    'is not moved by an uptime that jumps by %i ms, of which the wall clock knows nothing',
    (byMs) => {
      const machine = new Machine();
      const clock = machine.core();
      machine.pass(250);
      machine.countUptimeFrom(byMs);
      expect(clock.check()).toEqual({ kind: 'uptime-odd', byMs });
      expect(clock.nowMs()).toBe(WALL_MS + 250);
      machine.pass(250);
      expect(clock.check()).toBeNull();
      machine.sleep(60_000);
      expect(clock.check()).toEqual({ kind: 'suspended', byMs: 60_000 });
      expect(clock.nowMs()).toBe(WALL_MS + 60_500);
    },
  );

  it('takes a sleep for none where the wall clock was set back by more than half of it, and says both', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.sleep(60_000);
    machine.set(-60_000);
    expect(clock.check()).toEqual({ kind: 'uptime-odd', byMs: 60_000 });
    machine.sleep(60_000);
    machine.set(-600_000);
    expect(clock.check()).toEqual({ kind: 'uptime-odd', byMs: 60_000 });
    expect(clock.check()).toEqual({ kind: 'stepped', byMs: -540_000 });
    expect(clock.nowMs()).toBe(WALL_MS);
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
  it('knows what core time was before the one before it set it, for as long as commands may be stamped by that', () => {
    const machine = new Machine();
    const first = machine.core();
    machine.set(-9_100);
    const journaled = first.anchorShifted(first.wantedShiftMs());
    first.shift(first.wantedShiftMs());
    const former = [{ setOnMs: -9_100, until: monotonicMs(machine.at.monotonicMs) }];
    expect(first.formerTimes()).toEqual(former);
    machine.pass(400);
    expect(machine.core(first.anchor()).formerTimes(), 'handed on').toEqual(former);
    expect(machine.core(journaled).formerTimes(), 'as the journal has it').toEqual(former);
    machine.pass(30_000);
    expect(first.formerTimes()).toEqual([]);
    expect(machine.core(journaled).formerTimes()).toEqual([]);
  });

  it('takes nothing that was stamped before a sleep for fresh after it', () => {
    const machine = new Machine();
    const clock = machine.core();
    machine.set(5_000);
    clock.shift(5_000);
    machine.sleep(60_000);
    const anchor = { ...clock.anchor(), uptimeMs: clock.anchor().uptimeMs - 60_000 };
    expect(machine.core(anchor).formerTimes()).toEqual([]);
    expect(clock.formerTimes()).toHaveLength(1);
    expect(clock.check()).toMatchObject({ kind: 'suspended' });
    expect(clock.formerTimes()).toEqual([]);
  });

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

  it('does not report again what the one before it has reported', () => {
    const machine = new Machine();
    const first = machine.core();
    machine.set(600_000);
    expect(first.check()).toEqual({ kind: 'stepped', byMs: 600_000 });
    const second = machine.core(first.anchor());
    machine.pass(250);
    expect(second.check()).toBeNull();
    machine.set(3_000);
    expect(second.check()).toEqual({ kind: 'stepped', byMs: 603_000 });
  });

  it('is not moved by an uptime that has jumped since, and says so', () => {
    const machine = new Machine();
    const first = machine.core();
    machine.set(-FIVE_DAYS_MS);
    first.check();
    const anchor = first.anchor();
    machine.pass(1_000);
    machine.countUptimeFrom(FIVE_DAYS_MS);
    const second = machine.core(anchor);
    expect(second.nowMs()).toBe(WALL_MS + 1_000);
    expect(second.check()).toEqual({ kind: 'uptime-odd', byMs: FIVE_DAYS_MS });
    expect(second.check()).toBeNull();
  });

  describe('that was set, and died before it could tell its new anchor', () => {
    function setAndDead(): { machine: Machine; told: ClockAnchor; journaled: ClockAnchor } {
      const machine = new Machine();
      const first = machine.core();
      const told = first.anchor();
      machine.pass(5_000);
      machine.set(600_000);
      first.check();
      const journaled = first.anchorShifted(first.wantedShiftMs());
      machine.pass(1_000);
      return { machine, told, journaled };
    }

    it('goes on from the one in the journal, and is not to be set again', () => {
      const { machine, told, journaled } = setAndDead();
      const second = machine.core(told);
      second.takeJournaled(journaled, told);
      expect(second.nowMs()).toBe(machine.at.wallMs);
      expect(second.wantedShiftMs()).toBe(0);
      expect(second.check()).toBeNull();
    });

    it('goes on from what was told where that is newer, or the journal is of another boot or of no known one', () => {
      const { machine, told, journaled } = setAndDead();
      const newer = machine.core(told).anchor();
      for (const [known, start] of [
        [journaled, newer],
        [{ ...journaled, bootId: 'another' }, told],
        [{ ...journaled, bootId: null }, told],
        [null, told],
      ] as const) {
        const second = machine.core(start);
        second.takeJournaled(known, start);
        expect(second.nowMs()).toBe(WALL_MS + 6_000);
      }
      const first = machine.core();
      first.takeJournaled({ ...journaled, coreMs: 0 }, null);
      expect(first.nowMs(), 'no anchor is known').toBe(machine.at.wallMs);
    });
  });

  it('begins with the wall clock where the anchor is of another boot', () => {
    const machine = new Machine();
    const anchor = machine.core().anchor();
    machine.at.monotonicMs = 12;
    machine.at.uptimeMs = 12;
    expect(machine.core(anchor).nowMs()).toBe(WALL_MS);
  });
});
