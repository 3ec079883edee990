import { expect, test } from 'vitest';
import { foldedPoint, sampleOf } from '../../../shared/domain/series.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { VITALS } from '../testing/show-fixture.ts';
import { COARSE_STEP_MS, FINE_FOR_MS, FINE_STEP_MS } from './curves.ts';
import { gapsOf } from './timeline.ts';
import { NO_TRAFFIC, trafficCurve, trafficFetched, trafficHeard } from './traffic-history.ts';

const START_MS = 1_800_000_000_000;
const vitals = (afterMs: number, changes: Partial<Vitals> = {}): Vitals => ({
  ...VITALS,
  serverNowMs: START_MS + afterMs,
  ...changes,
});
const point = (afterMs: number, online = 7) => ({ ...sampleOf(vitals(afterMs)), online });

/** 4 Hz from one moment to another, both after the start. */
function heardFor(history: typeof NO_TRAFFIC, fromMs: number, toMs: number): typeof NO_TRAFFIC {
  let next = history;
  for (let atMs = fromMs; atMs < toMs; atMs += 250) next = trafficHeard(next, vitals(atMs));
  return next;
}

function pointsOf(history: typeof NO_TRAFFIC, windowMs: number) {
  const curve = trafficCurve(history, windowMs);
  if (curve.kind !== 'points') throw new Error(curve.kind);
  return curve;
}

test('the vitals of a second become one point: the mean of viewers, the worst of the rest', () => {
  const samples = [
    vitals(100, { online: 100, queueDepth: 3, ackP99Ms: 90, level: 0 }),
    vitals(350, { online: 200, queueDepth: 9, ackP99Ms: 20, level: 1 }),
    vitals(1_100),
  ];
  const history = samples.reduce(trafficHeard, NO_TRAFFIC);
  expect(history.fine).toHaveLength(1);
  expect(history.fine[0]).toMatchObject({ atMs: START_MS, online: 150, queueDepth: 9, ackP99Ms: 90, level: 1 });
});

test('a second that goes on draws nothing anew', () => {
  const once = heardFor(NO_TRAFFIC, 0, 1_250);
  expect(heardFor(once, 1_250, 2_000).fine).toBe(once.fine);
});

test('seconds in which nothing was heard stay gaps until the core has filled them', () => {
  const heard = heardFor(heardFor(NO_TRAFFIC, 0, 10_000), 15_000, 20_250);
  const before = pointsOf(heard, 60_000);
  expect(gapsOf(before.points, before.stepMs)).toEqual([{ fromMs: START_MS + 10_000, toMs: START_MS + 15_000 }]);
  const fine = Array.from({ length: 5 }, (_, i) => point(10_000 + i * FINE_STEP_MS));
  const after = pointsOf(trafficFetched(heard, { fine, coarse: [] }), 60_000);
  expect(gapsOf(after.points, after.stepMs)).toEqual([]);
  expect(after.points).toHaveLength(20);
});

test('a core that was away leaves its gap after the backfill too', () => {
  const fine = [point(0), point(1_000), point(6_000)];
  const { points, stepMs } = pointsOf(trafficFetched(NO_TRAFFIC, { fine, coarse: [] }), 60_000);
  expect(gapsOf(points, stepMs)).toEqual([{ fromMs: START_MS + 2_000, toMs: START_MS + 6_000 }]);
});

test('three hours take no more room than the last 20 min by the second and the rest by ten', () => {
  const history = heardFor({ ...NO_TRAFFIC, fetched: { kind: 'whole' } }, 0, 3 * 3_600_000);
  expect(history.fine.length).toBe(FINE_FOR_MS / FINE_STEP_MS + 1);
  expect(history.coarse.length).toBe((3 * 3_600_000) / COARSE_STEP_MS - 1);
  const { points, stepMs } = pointsOf(history, 4 * 3_600_000);
  expect(stepMs).toBe(COARSE_STEP_MS);
  expect(gapsOf(points, stepMs)).toEqual([]);
  expect(points.length).toBe((3 * 3_600_000) / COARSE_STEP_MS);
});

test('a long window joins what the core kept to what was heard since, without a seam', () => {
  const coarse = Array.from({ length: 300 }, (_, i) => point(i * COARSE_STEP_MS));
  const joined = trafficFetched(heardFor(NO_TRAFFIC, 3_000_000, 3_020_250), { fine: [], coarse });
  const { points, stepMs } = pointsOf(joined, 2 * 3_600_000);
  expect(gapsOf(points, stepMs)).toEqual([]);
  expect(points.at(0)?.atMs).toBe(START_MS);
  expect(points.at(-1)?.atMs).toBe(START_MS + 3_010_000);
});

test('a clock that was set back leaves no future on the curve, in no resolution', () => {
  const ahead = heardFor({ ...NO_TRAFFIC, fetched: { kind: 'whole' } }, 3_600_000, 3_660_000);
  const set = heardFor(ahead, 0, 3_250);
  for (const windowMs of [60_000, 2 * 3_600_000]) {
    const { points } = pointsOf(set, windowMs);
    expect(points.length).toBeGreaterThan(0);
    expect(points.every(({ atMs }) => atMs < START_MS + 3_250)).toBe(true);
  }
});

test('what could not be fetched fails only where there is nothing else to draw, and is told beside it', () => {
  const failed = { ...NO_TRAFFIC, fetched: { kind: 'failed', message: 'no' } } as const;
  expect(trafficCurve(failed, 60_000)).toEqual({ kind: 'failed', message: 'no' });
  expect(trafficCurve(heardFor(failed, 0, 3_000), 60_000)).toMatchObject({ kind: 'points', missing: 'no' });
  expect(trafficCurve(NO_TRAFFIC, 60_000)).toEqual({ kind: 'loading' });
});

test('folding keeps every switch that was in force at some moment of the step', () => {
  const off = { ...point(0), switches: [] };
  expect(foldedPoint(START_MS, [off, point(250)]).switches).toEqual(['results-cadence']);
});
