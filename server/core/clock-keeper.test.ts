import { beforeEach, describe, expect, it } from 'vitest';
import type { SystemStep } from '../../shared/domain/decide.ts';
import { EMPTY_SHOW, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import type { ClockEvent } from '../show/core-clock.ts';
import { ClockKeeper, clockAlarm } from './clock-keeper.ts';

const ON_AIR = { ...EMPTY_SHOW, runs: { r: { intake: 'open', mode: 'live' } as Run } } as ShowState;

let show: ShowState;
let wantedMs: number;
let event: ClockEvent | null;
/** What happened, in order. */
let done: string[];
let steps: { step: SystemStep; journaled: PromiseWithResolvers<void> }[];
let keeper: ClockKeeper;

beforeEach(() => {
  show = EMPTY_SHOW;
  wantedMs = 0;
  event = null;
  done = [];
  steps = [];
  const anchor = (coreMs: number) => ({ coreMs }) as ClockAnchor;
  keeper = new ClockKeeper({
    clock: {
      check: () => event,
      wantedShiftMs: () => wantedMs,
      shift: (byMs) => void done.push(`shift ${byMs}`),
      anchor: () => anchor(1),
      anchorShifted: (byMs) => anchor(1 + byMs),
    },
    show: () => show,
    step: (step) => {
      const journaled = Promise.withResolvers<void>();
      steps.push({ step, journaled });
      return journaled.promise;
    },
    sendClock: (byMs) => done.push(`edges ${byMs}`),
    rearm: () => done.push('timers'),
    alarm: (code) => done.push(`alarm ${code}`),
    onAnchor: () => done.push('anchor'),
    log: { warn: () => done.push('log') },
  });
});

describe('a clock that is', () => {
  it('right needs nothing', () => {
    keeper.check();
    expect([done, steps]).toEqual([[], []]);
  });

  it('slewed is followed without a word, by edges and timers too', () => {
    wantedMs = -500;
    keeper.check();
    expect(done).toEqual(['shift -500', 'edges -500', 'timers', 'anchor']);
    expect(steps).toEqual([]);
  });

  it('set is followed by way of the journal, once, and its anchor is told when the journal has it', async () => {
    wantedMs = 501;
    keeper.check();
    keeper.check();
    expect(steps.map(({ step }) => step)).toEqual([{ type: 'system.clock', byMs: 501, anchor: { coreMs: 502 } }]);
    expect(done).toEqual([]);
    keeper.set(501);
    steps[0]?.journaled.resolve();
    await steps[0]?.journaled.promise;
    await Promise.resolve();
    expect(done).toEqual(['shift 501', 'edges 501', 'timers', 'anchor', 'anchor']);
  });

  it('off while something is on air is left alone', () => {
    show = ON_AIR;
    for (wantedMs of [400, 4_000]) keeper.check();
    expect([done, steps]).toEqual([[], []]);
  });
});

describe('what a check of the clocks finds', () => {
  it('is an alarm and a new anchor; after a sleep edges and timers go on from there', () => {
    event = { kind: 'suspended', byMs: 3_000 };
    keeper.check();
    expect(done.splice(0)).toEqual(['edges 3000', 'timers', 'alarm suspended', 'anchor']);
    event = { kind: 'stepped', byMs: 3_000 };
    keeper.check();
    expect(done.splice(0)).toEqual(['alarm clock-stepped', 'anchor']);
    event = { kind: 'uptime-odd', byMs: 3_000 };
    keeper.check();
    expect(done).toEqual(['log', 'alarm uptime-odd', 'anchor']);
  });

  it('tells no anchor while the journal takes one', () => {
    wantedMs = 2_000;
    keeper.check();
    event = { kind: 'stepped', byMs: 2_000 };
    keeper.check();
    expect(done).toEqual(['alarm clock-stepped']);
  });

  it('is said in seconds', () => {
    expect(clockAlarm({ kind: 'suspended', byMs: 61_240 })[1]).toContain('slept for 61.2 s');
    expect(clockAlarm({ kind: 'stepped', byMs: -3_600_000 })[1]).toContain('was set by -3600.0 s');
  });
});
