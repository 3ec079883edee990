import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Intake } from '../protocol/desk-state.ts';
import type { PollId } from '../protocol/ids.ts';
import type { Trigger } from '../protocol/show-file.ts';
import { clockMs, type Scheduled, scheduleOf } from './schedule.ts';

const T0_MS = Date.parse('2026-05-01T19:00:00Z');
const id = (at: number) => `c${at}` as PollId;

function cue(at: number, trigger: Trigger | null, more: Partial<Scheduled> = {}): Scheduled {
  const fields = { id: id(at), durationMs: 60_000, intake: 'ready' as const, skipped: false };
  return { ...fields, ...(trigger === null ? {} : { trigger }), ...more };
}

const timesOf = (cues: readonly Scheduled[], nowMs: number, t0Ms: number | null = T0_MS) => [
  ...scheduleOf(cues, t0Ms === null ? {} : { t0Ms }, nowMs).times.values(),
];

describe('when a trigger acts', () => {
  it('is what the wall clock says, or so long from the start, where that is set', () => {
    expect(clockMs({ at: '2026-05-01T21:00:00+02:00' }, null)).toBe(T0_MS);
    expect(clockMs({ offsetMs: -5_000 }, T0_MS)).toBe(T0_MS - 5_000);
    expect(clockMs({ offsetMs: 5_000 }, null)).toBeNull();
    expect(clockMs({ after: id(0) }, T0_MS)).toBeNull();
    expect(clockMs(undefined, T0_MS)).toBeNull();
    expect(clockMs({ offsetMs: 9e15 }, T0_MS)).toBeNull();
  });

  it('is the moment at which what it follows has opened or closed, and never one that was taken back', () => {
    const followers = [cue(1, { after: id(0), on: 'opened' }), cue(2, { after: id(0) })];
    const due = (more: Partial<Scheduled>) =>
      timesOf([cue(0, null, more), ...followers], T0_MS)
        .slice(1)
        .map(({ dueMs }) => dueMs);
    expect(due({})).toEqual([null, null]);
    expect(due({ intake: 'open', openedAtMs: 5 })).toEqual([5, null]);
    expect(due({ intake: 'closing', openedAtMs: 5 })).toEqual([5, null]);
    expect(due({ intake: 'closed', openedAtMs: 5, closedAtMs: 9 })).toEqual([5, 9]);
    for (const intake of ['revoked', 'void'] as const) {
      expect(due({ intake, openedAtMs: 5, closedAtMs: 9 })).toEqual([null, null]);
    }
  });
});

const offset = fc.integer({ min: -3_600_000, max: 3_600_000 });
const instant = offset.map((ms) => T0_MS + ms);
const trigger: fc.Arbitrary<Trigger | null> = fc.oneof(
  fc.constant(null),
  fc.record({ at: instant.map((ms) => new Date(ms).toISOString()), autoGo: fc.boolean() }),
  fc.record({ offsetMs: offset, autoGo: fc.boolean() }),
  fc.record({
    after: fc.nat({ max: 9 }).map(id),
    on: fc.constantFrom('opened' as const, 'closed' as const),
    autoGo: fc.boolean(),
  }),
);
const rundown = fc
  .array(
    fc.record({
      trigger,
      durationMs: fc.integer({ min: 1_000, max: 600_000 }),
      intake: fc.constantFrom(...Intake.options),
      skipped: fc.boolean(),
      openedAtMs: fc.option(instant),
      lastedMs: fc.option(fc.integer({ min: 0, max: 600_000 })),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((all) =>
    all.map(({ trigger: when, openedAtMs, lastedMs, ...more }, at) =>
      cue(at, when, {
        ...more,
        ...(openedAtMs === null ? {} : { openedAtMs }),
        ...(openedAtMs === null || lastedMs === null ? {} : { closedAtMs: openedAtMs + lastedMs }),
      }),
    ),
  );

/** The whole evening so much later, the wall-clock triggers with it. */
const later = (cues: readonly Scheduled[], byMs: number): Scheduled[] =>
  cues.map((was) => ({
    ...was,
    ...(was.trigger?.at === undefined
      ? {}
      : { trigger: { ...was.trigger, at: new Date(Date.parse(was.trigger.at) + byMs).toISOString() } }),
    ...(was.openedAtMs === undefined ? {} : { openedAtMs: was.openedAtMs + byMs }),
    ...(was.closedAtMs === undefined ? {} : { closedAtMs: was.closedAtMs + byMs }),
  }));

describe('in any rundown, at any moment', () => {
  const holds = (check: (cues: Scheduled[], nowMs: number) => void) =>
    fc.assert(fc.property(rundown, instant, check), { numRuns: 500 });

  it('the plan is made of the rundown and the start alone, and a clock’s time is its own', () => {
    holds((cues, nowMs) => {
      const untouched = cues.map(({ openedAtMs: _o, closedAtMs: _c, ...c }) => ({ ...c, intake: 'ready' as const }));
      const plan = timesOf(cues, nowMs).map(({ plannedMs }) => plannedMs);
      expect(timesOf(untouched, nowMs + 777).map(({ plannedMs }) => plannedMs)).toEqual(plan);
      for (const [at, { trigger: when }] of cues.entries()) {
        const fixed = clockMs(when, T0_MS);
        if (fixed !== null) expect(plan[at]).toBe(fixed);
      }
    });
  });

  it('what has aired has its real time, and nothing else is expected in the past', () => {
    holds((cues, nowMs) => {
      for (const [at, times] of timesOf(cues, nowMs).entries()) {
        const { openedAtMs } = cues[at] ?? {};
        expect(times.actual).toBe(openedAtMs !== undefined);
        if (openedAtMs !== undefined) expect(times.atMs).toBe(openedAtMs);
        else if (times.atMs !== null) expect(times.atMs).toBeGreaterThanOrEqual(nowMs);
        if (times.offMs !== null) expect(times.offMs).toBe((times.atMs ?? 0) - (times.plannedMs ?? 0));
      }
    });
  });

  it('what opens by itself at a clock’s time absorbs every overrun before it', () => {
    holds((cues, nowMs) => {
      for (const [at, { atMs, actual, dueMs }] of timesOf(cues, nowMs).entries()) {
        const when = cues[at]?.trigger;
        if (when?.autoGo !== true || when.after !== undefined || actual || atMs === null) continue;
        expect(atMs).toBe(Math.max(dueMs ?? 0, nowMs));
      }
    });
  });

  it('the same evening an hour later has the same times an hour later', () => {
    const byMs = 3_600_000;
    const moved = (ms: number | null) => (ms === null ? null : ms + byMs);
    holds((cues, nowMs) => {
      const was = scheduleOf(cues, { t0Ms: T0_MS }, nowMs);
      const is = scheduleOf(later(cues, byMs), { t0Ms: T0_MS + byMs }, nowMs + byMs);
      expect([is.offMs, is.expectedEndMs]).toEqual([was.offMs, moved(was.expectedEndMs)]);
      for (const [cueId, { plannedMs, atMs, dueMs, ...rest }] of was.times) {
        const same = { ...rest, plannedMs: moved(plannedMs), atMs: moved(atMs), dueMs: moved(dueMs) };
        expect(is.times.get(cueId)).toEqual(same);
      }
    });
  });

  it('cues that wait for each other have no time, and the others theirs', () => {
    holds((cues, nowMs) => {
      const inRing = (start: number): boolean => {
        let next = cues[start]?.trigger?.after;
        for (let steps = 0; next !== undefined && steps <= cues.length; steps++) {
          const at = cues.findIndex((c) => c.id === next);
          if (at === start) return true;
          next = cues[at]?.trigger?.after;
        }
        return false;
      };
      for (const [at, { plannedMs }] of timesOf(cues, nowMs).entries()) if (inRing(at)) expect(plannedMs).toBeNull();
    });
  });
});
