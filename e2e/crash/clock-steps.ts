/** Somebody sets the machine's clock, on and back, by seconds and by hours, before and while a poll is open. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../server/testing/seeded-random.ts';
import { until } from '../server/testing/until.ts';
import type { CrashStage } from './crash-stage.ts';
import type { Moment } from './moment.ts';
import { isAlarmed } from './stage-alarms.ts';

export const CLOCK_ALARMS = ['clock-stepped'] as const;

const S = 1_000;
const MINUTE_MS = 60 * S;
const HOUR_MS = 60 * MINUTE_MS;
/** From, to. */
const SIZES: readonly [number, number][] = [
  [2 * S, 10 * S],
  [MINUTE_MS, 10 * MINUTE_MS],
  [HOUR_MS, 3 * HOUR_MS],
];

/** The longest that the clock stays off, where it is put right while the poll may be open. */
const MOST_OFF_MS = 2_000;

export interface ClockSteps {
  /** How far the clock is off when the poll is cued, ms. */
  beforeMs: number;
  /** Set so right before ARM, or long enough before for everybody to know. */
  isBeforeSudden: boolean;
  /** While it is open. */
  steps: readonly { atMs: number; toMs: number }[];
  /** Put right so long after the last step, once the server has seen it; null: when all is counted. */
  rightedAfterMs: number | null;
}

/** @param votingMs steps fall into this stretch */
export function clockSteps(random: SeededRandom, votingMs: number): ClockSteps {
  const size = () => random.pick([-1, 1]) * random.between(...random.pick(SIZES));
  return {
    beforeMs: random.pick([0, 0, size()]),
    isBeforeSudden: random.pick([true, false]),
    steps: Array.from({ length: random.between(1, 2) }, () => random.between(0, votingMs))
      .toSorted((a, b) => a - b)
      .map((atMs) => ({ atMs, toMs: size() })),
    rightedAfterMs: random.pick([null, random.between(0, MOST_OFF_MS)]),
  };
}

/** What of it happens while the poll is open. `seen`: how many events the server had told before the round. */
export function clockMoments(
  { steps, rightedAfterMs }: ClockSteps,
  { stage, note, seen }: { stage: CrashStage; note: (what: string) => void; seen: number },
): Moment[] {
  return steps.map(({ atMs, toMs }, i) => {
    const act = async () => {
      stage.setClockOff(toMs);
      note(`${atMs} ms: clock set to ${toMs} ms off`);
      if (rightedAfterMs === null || i < steps.length - 1) return;
      await sleep(rightedAfterMs);
      await until(() => isAlarmed(stage, { codes: CLOCK_ALARMS, seen }), {
        what: 'the alarm about the clock',
        isQuiet: true,
      });
      stage.setClockOff(0);
      note('set right');
    };
    return { atMs, act };
  });
}
