import { expect, test } from 'vitest';
import { limitsAfter, SILENCE_LIMITS, SilenceWatch } from './silence-watch.ts';

/** Checks every half second, as the supervisor does, and answers when the part was first taken for hung. */
function hungAt(
  watch: SilenceWatch,
  fromMs: number,
  toMs: number,
  ticksAt: (nowMs: number) => number | null = () => null,
): number | null {
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += SILENCE_LIMITS.checkEveryMs) {
    if (watch.isHung(nowMs, ticksAt(nowMs))) return nowMs;
  }
  return null;
}

test('takes a part that was ready for hung after 3 s of silence', () => {
  const watch = new SilenceWatch(SILENCE_LIMITS, 0);
  watch.becameReady();
  watch.heard(2_000);
  expect(hungAt(watch, 0, 10_000)).toBe(5_500);
});

test('gives a silent part that goes on using processor time 15 s, and 3 s where it has stopped', () => {
  const flooded = new SilenceWatch(SILENCE_LIMITS, 0);
  flooded.becameReady();
  expect(hungAt(flooded, 0, 30_000, (nowMs) => nowMs / 100)).toBe(15_500);
  const stopped = new SilenceWatch(SILENCE_LIMITS, 0);
  stopped.becameReady();
  expect(hungAt(stopped, 0, 30_000, (nowMs) => Math.min(nowMs, 1_000))).toBe(3_500);
  const stoppedLater = new SilenceWatch(SILENCE_LIMITS, 0);
  stoppedLater.becameReady();
  // Two more checks see the processor time that it used before.
  expect(hungAt(stoppedLater, 0, 30_000, (nowMs) => Math.min(nowMs, 5_000))).toBe(6_500);
});

test('gives a part that is still starting 15 s', () => {
  const watch = new SilenceWatch(SILENCE_LIMITS, 0);
  expect(hungAt(watch, 0, 20_000)).toBe(15_500);
});

test('gives a start twice the time after each that was given up, up to two minutes', () => {
  const hungAfter = (startsGivenUp: number) =>
    hungAt(new SilenceWatch(limitsAfter(SILENCE_LIMITS, startsGivenUp), 0), 0, 300_000);
  expect([0, 1, 2, 3, 9].map(hungAfter)).toEqual([15_500, 30_500, 60_500, 120_500, 120_500]);
  const watch = new SilenceWatch(limitsAfter(SILENCE_LIMITS, 2), 0);
  watch.becameReady();
  expect(hungAt(watch, 0, 10_000)).toBe(3_500);
});

test('does not blame the part when it was the supervisor itself that stood still', () => {
  const watch = new SilenceWatch(SILENCE_LIMITS, 0);
  watch.becameReady();
  expect(hungAt(watch, 0, 1_000)).toBe(null);
  expect(hungAt(watch, 60_000, 63_000)).toBe(null);
  expect(hungAt(watch, 63_500, 70_000)).toBe(63_500);
});
