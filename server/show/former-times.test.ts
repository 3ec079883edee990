/** Core time is set while commands are on their way: none is refused for that, and none is carried out late. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { MAX_COMMAND_AGE_MS } from './command-judge.ts';
import { ageByItsTime, FormerTimes } from './former-times.ts';

const SET_MS = 100_000;
const CORE_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

interface Press {
  /** By how much core time is set on, ms. */
  setOnMs: number;
  /** When somebody presses, from the moment in which it is set. */
  pressedMs: number;
  /** Whether the desk has heard of the new time when it stamps. */
  hasHeard: boolean;
  onItsWayMs: number;
}

/** Its age as the core takes it. */
function age({ setOnMs, pressedMs, hasHeard, onItsWayMs }: Press): number {
  const times = new FormerTimes();
  times.setOn(setOnMs, monotonicMs(SET_MS));
  const stampMs = CORE_MS + pressedMs + (hasHeard ? setOnMs : 0);
  const arrivedMs = pressedMs + onItsWayMs;
  const arrived = monotonicMs(SET_MS + arrivedMs);
  const nowMs = CORE_MS + arrivedMs + (arrivedMs >= 0 ? setOnMs : 0);
  return ageByItsTime({ ageMs: nowMs - stampMs, arrived }, arrivedMs >= 0 ? times.list(arrived) : []);
}

const isInTime = (press: Press) => Math.abs(age(press)) <= MAX_COMMAND_AGE_MS;

const setOnMs = fc.oneof(
  fc.integer({ min: -20_000, max: 20_000 }),
  fc.integer({ min: -2 * HOUR_MS, max: 2 * HOUR_MS }),
);
const pressed = fc
  .record({
    setOnMs,
    pressedMs: fc.integer({ min: -15_000, max: 60_000 }),
    heardAfterMs: fc.integer({ min: 0, max: 900 }),
  })
  .map(({ setOnMs: byMs, pressedMs, heardAfterMs }) => ({
    setOnMs: byMs,
    pressedMs,
    hasHeard: pressedMs > heardAfterMs,
  }));

describe('a command on its way while core time is set', () => {
  it('has the age that it has, in the moment of a step as well', () => {
    for (const byMs of [-HOUR_MS, -9_100, -3_000, 2_500, 9_100, HOUR_MS]) {
      for (const onItsWayMs of [0, 40, 900]) {
        expect(age({ setOnMs: byMs, pressedMs: -20, hasHeard: false, onItsWayMs }), `${byMs}`).toBe(onItsWayMs);
        expect(age({ setOnMs: byMs, pressedMs: 240, hasHeard: false, onItsWayMs }), `${byMs}`).toBe(onItsWayMs);
        expect(age({ setOnMs: byMs, pressedMs: 260, hasHeard: true, onItsWayMs }), `${byMs}`).toBe(onItsWayMs);
      }
    }
  });

  it('is carried out when it is fresh, whichever time it was stamped by', () => {
    fc.assert(
      fc.property(pressed, fc.integer({ min: 0, max: 400 }), (press, onItsWayMs) => {
        expect(isInTime({ ...press, onItsWayMs }), JSON.stringify({ press, onItsWayMs })).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is refused when it is old, unless it was held up for as long as core time was set back', () => {
    fc.assert(
      fc.property(pressed, fc.integer({ min: MAX_COMMAND_AGE_MS + 1, max: 30_000 }), (press, onItsWayMs) => {
        const sinceSetMs = press.pressedMs + onItsWayMs;
        const looksFresh = onItsWayMs + press.setOnMs;
        const isBoth = !press.hasHeard && sinceSetMs >= 0 && Math.abs(looksFresh) <= MAX_COMMAND_AGE_MS;
        fc.pre(!isBoth);
        expect(isInTime({ ...press, onItsWayMs }), JSON.stringify({ press, onItsWayMs })).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });

  it('is never made younger than the present time makes it, save by the time that it was stamped by', () => {
    fc.assert(
      fc.property(pressed, fc.integer({ min: 0, max: 30_000 }), (press, onItsWayMs) => {
        const byPresentMs = onItsWayMs + (press.hasHeard || press.pressedMs + onItsWayMs < 0 ? 0 : press.setOnMs);
        expect([onItsWayMs, byPresentMs]).toContain(age({ ...press, onItsWayMs }));
      }),
      { numRuns: 20_000 },
    );
  });
});

it('times that were core time longer ago than a command lives are forgotten', () => {
  const times = new FormerTimes();
  times.setOn(-5_000, monotonicMs(SET_MS));
  times.setOn(7_000, monotonicMs(SET_MS + 6_000));
  expect(times.list(monotonicMs(SET_MS + 6_000))).toEqual([
    { setOnMs: 2_000, until: monotonicMs(SET_MS) },
    { setOnMs: 7_000, until: monotonicMs(SET_MS + 6_000) },
  ]);
  expect(times.list(monotonicMs(SET_MS + 12_000))).toHaveLength(1);
  expect(times.list(monotonicMs(SET_MS + 17_000))).toEqual([]);
});
