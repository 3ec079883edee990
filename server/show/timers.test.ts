import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import { CoreClock } from './core-clock.ts';
import type { Deadline } from './due-steps.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';
import { Timers } from './timers.ts';

const SHOW = onePoll({});

let show: ShowState;
let due: Deadline['due'][];
let timers: Timers;

function happens(...events: ShowEvent[]): void {
  const act = { actor: 'a', source: 's', commandId: 'c', atMs: 1 };
  show = evolveEntry(show, events, { seq: show.revision + 1, act });
  timers.follow(show);
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  due = [];
  show = EMPTY_SHOW;
  timers = new Timers({ nowMs: () => Date.now(), onDue: (deadline) => due.push(deadline.due) });
  happens({ type: 'show.imported', show: SHOW, mode: 'live', showId: 'show' });
});
afterEach(() => {
  timers.stop();
  vi.useRealTimers();
});

const armed: ShowEvent = { type: 'run.armed', runId: RUN, atMs: 1_000_000, override: null };
const opened: ShowEvent = {
  type: 'run.opened',
  runId: RUN,
  openedAtMs: 1_000_000,
  closesAtMs: 1_060_000,
  byPerson: true,
};

it('disarms an armed cue after five minutes and not before', () => {
  happens(armed);
  vi.advanceTimersByTime(299_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['disarm']);
});

it('closes at the end of the window as it was last extended', () => {
  happens(armed, opened);
  vi.advanceTimersByTime(59_000);
  happens({ type: 'run.extended', runId: RUN, byMs: 30_000 });
  vi.advanceTimersByTime(30_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['close']);
});

it('stands still while the poll is on hold', () => {
  happens(armed, opened, { type: 'run.paused', runId: RUN, atMs: 1_010_000, remainingMs: 50_000, reason: 'r' });
  vi.advanceTimersByTime(3_600_000);
  expect(due).toEqual([]);
  happens({ type: 'run.resumed', runId: RUN, closesAtMs: Date.now() + 50_000 });
  vi.advanceTimersByTime(50_000);
  expect(due).toEqual(['close']);
});

it('seals when the grace is over, also when it was over before the core came back', () => {
  happens(armed, opened, { type: 'run.closing', runId: RUN, closesAtMs: 1_030_000 });
  vi.advanceTimersByTime(31_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['seal']);

  const again: Deadline['due'][] = [];
  const late = new Timers({ nowMs: () => Date.now() + 3_600_000, onDue: (deadline) => again.push(deadline.due) });
  late.follow(show);
  vi.advanceTimersByTime(0);
  expect(again).toEqual(['seal']);
});

it('counts anew from the clock after the machine slept', () => {
  happens(armed, opened);
  vi.setSystemTime(Date.now() + 60_000);
  timers.rearm();
  vi.advanceTimersByTime(0);
  expect(due).toEqual(['close']);
});

it('takes a pinned switch back at its time, as it was last renewed, and at once where that was over', () => {
  const pin: ShowEvent = {
    type: 'switch.set',
    switch: 'results-cadence',
    position: 'on',
    reason: 'edges are slow',
    revertAtMs: Date.now() + 60_000,
  };
  happens(pin);
  vi.advanceTimersByTime(30_000);
  happens({ ...pin, revertAtMs: Date.now() + 60_000 });
  vi.advanceTimersByTime(59_999);
  expect(due).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(due).toEqual(['revert']);

  const again: Deadline['due'][] = [];
  const late = new Timers({ nowMs: () => Date.now() + 3_600_000, onDue: (deadline) => again.push(deadline.due) });
  late.follow(show);
  vi.advanceTimersByTime(0);
  expect(again).toEqual(['revert']);

  happens({ type: 'switch.reverted', switch: 'results-cadence' });
  vi.advanceTimersByTime(3_600_000);
  expect(due).toEqual(['revert']);
});

it('reverts a pin in words of its moment: who set it may have been given another name since', () => {
  const said: string[] = [];
  const worded = new Timers({ nowMs: () => Date.now(), onDue: (deadline) => said.push(JSON.stringify(deadline)) });
  const pin = { type: 'switch.set', switch: 'results-cadence', position: 'on', reason: 'slow' } as const;
  happens({ ...pin, revertAtMs: Date.now() + 60_000 });
  worded.follow(show);
  vi.advanceTimersByTime(30_000);
  happens({ type: 'person.named', id: 'a', name: 'Ada B.' });
  worded.follow(show);
  vi.advanceTimersByTime(30_000);
  expect(said).toEqual([expect.stringContaining('for which Ada B. had pinned it on: slow')]);
});

it.each([1, 16, 1_000])(
  'closes a poll of a minute after a minute where the system tells its uptime in ticks of %i ms',
  (tick) => {
    const clock = new CoreClock(
      {
        wallMs: () => Date.now(),
        monotonicNow: () => monotonicMs(Date.now() - 900_000),
        uptimeMs: () => Math.floor((Date.now() - 500_000) / tick) * tick,
      },
      { anchor: null, bootId: null },
    );
    const closed: number[] = [];
    const own = new Timers({ nowMs: () => clock.nowMs(), onDue: () => closed.push(Date.now()) });
    happens(armed, opened);
    own.follow(show);
    for (let passedMs = 0; passedMs < 600_000; passedMs += 250) {
      vi.advanceTimersByTime(250);
      // As the core's beat does it.
      if (clock.check() !== null) own.rearm();
    }
    own.stop();
    expect(closed).toEqual([1_060_000]);
  },
);
