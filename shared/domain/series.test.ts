import { describe, expect, it, test } from 'vitest';
import type { SeriesPoint } from '../protocol/records.ts';
import { foldedPoint, MAX_SERIES_POINTS, runsWithKnownTurnout, stepFor, stepsIn } from './series.ts';
import { FUN } from './testing/sample-cues.test-part.ts';
import { ShowDriver } from './testing/show-driver.test-part.ts';

const HOUR_S = 3_600;

describe('the step of a stretch', () => {
  test.for([
    [1, 1],
    [4_000, 1],
    [4_001, 2],
    [3 * HOUR_S, 5],
    [8 * HOUR_S, 10],
    [12 * HOUR_S, 15],
    [24 * HOUR_S, 30],
    [48 * HOUR_S, 60],
    [7 * 24 * HOUR_S, 180],
  ] as [number, number][])('%s s are drawn in steps of %s s', ([seconds, stepS]) => {
    const stretch = { fromMs: 7_200_000, toMs: 7_200_000 + seconds * 1_000 };
    expect(stepFor(stretch)).toBe(stepS * 1_000);
    expect(stepsIn(stretch, stepFor(stretch))).toBeLessThanOrEqual(MAX_SERIES_POINTS);
  });

  it('counts the steps that a stretch touches, also where it begins within one', () => {
    expect(stepsIn({ fromMs: 0, toMs: 10_000 }, 5_000)).toBe(2);
    expect(stepsIn({ fromMs: 4_999, toMs: 10_001 }, 5_000)).toBe(3);
    expect(stepFor({ fromMs: 500, toMs: 4_000_500 })).toBe(2_000);
  });
});

it('folds points into the mean of counts and the largest of the rest', () => {
  const point = (more: Partial<SeriesPoint>): SeriesPoint => ({
    ...{ atMs: 0, online: 0, ws: 0, sse: 0, poll: 0, arrivalsPerS: 0, ballotsPerS: 0, queueDepth: 0 },
    ...{ queueHeadAgeMs: 0, ackP50Ms: 0, ackP99Ms: 0, level: 0, edges: 0, edgesExpected: 2, switches: [] },
    ...more,
  });
  const folded = foldedPoint(10_000, [
    point({ online: 10, ws: 6, sse: 3, poll: 1, arrivalsPerS: 5, ballotsPerS: 9, ackP99Ms: 80, edges: 2 }),
    point({ online: 20, ws: 10, sse: 7, poll: 3, queueDepth: 4, level: 1, edges: 1, switches: ['results-cadence'] }),
  ]);
  expect(folded).toEqual({
    ...{ atMs: 10_000, online: 15, ws: 8, sse: 5, poll: 2, arrivalsPerS: 5, ballotsPerS: 9, queueDepth: 4 },
    ...{ queueHeadAgeMs: 0, ackP50Ms: 0, ackP99Ms: 80, level: 1, edges: 2, edgesExpected: 2 },
    switches: ['results-cadence'],
  });
});

test.for([
  ['hidden', false],
  ['turnout', true],
  ['percentages', false],
  ['counts', true],
] as const)('votes per second of a run whose desk is %s are for the director: %s', ([desk, isKnown]) => {
  const show = new ShowDriver([{ ...FUN, live: { desk } }], 'live');
  show.air(FUN.id);
  const { runId } = show.run(FUN.id);
  expect(runsWithKnownTurnout(show.state, ['director']).includes(runId)).toBe(isKnown);
  expect(runsWithKnownTurnout(show.state, ['verifier'])).toContain(runId);
});
