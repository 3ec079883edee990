import { expect, it } from 'vitest';
import { afterMs, type CoreMs, coreMs, type MonotonicMs, monotonicMs, NEVER, rawMs, sinceMs } from './time.ts';

const shown: CoreMs = coreMs(1_800_000_000_000);
const measured: MonotonicMs = monotonicMs(5_000);

it('measures how long one moment is after another', () => {
  expect(sinceMs(afterMs(measured, 1_234), measured)).toBe(1_234);
  expect(sinceMs(measured, NEVER)).toBe(Number.POSITIVE_INFINITY);
  expect(rawMs(measured)).toBe(5_000);
});

it('is two kinds to the compiler, which refuses each line below: the check of types fails where it does not', () => {
  const mixed = [
    // @ts-expect-error an interval is no difference between the two kinds of time
    shown - measured,
    // @ts-expect-error nor are moments of the monotonic clock numbers among themselves
    measured - measured,
    // @ts-expect-error what is shown is measured by nothing
    sinceMs(shown, measured),
    // @ts-expect-error a number of epoch ms is no moment
    sinceMs(measured, 1_800_000_000_000),
    // @ts-expect-error nor is a moment a time that can be shown
    ((atMs: CoreMs) => atMs)(measured),
    // @ts-expect-error and a number that nobody called core time is none
    ((atMs: CoreMs) => atMs)(5),
  ];
  expect(mixed).toHaveLength(6);
});
