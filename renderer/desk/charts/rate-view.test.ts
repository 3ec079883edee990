import { expect, test } from 'vitest';
import { sampleOf } from '../../../shared/domain/series.ts';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import type { RunPoint } from '../history/curves.ts';
import { CUES, cueId, NOW_MS, VITALS } from '../testing/show-fixture.ts';
import { type RateInput, rateView } from './rate-view.ts';
import { ratesOf } from './rates.ts';

const cue7 = CUES.find(({ id }) => id === cueId(7));
if (!cue7?.openedAtMs) throw new Error('the fixture’s cue 7 is not open');
const OPENED_MS = cue7.openedAtMs;

/** A count at the end of the second that begins `s` seconds after GO. */
const point = (s: number, total: number): RunPoint => ({ atMs: OPENED_MS + s * 1_000, online: 100, total });
const traffic = (s: number, changes: Partial<SeriesPoint>): SeriesPoint => ({
  ...sampleOf(VITALS),
  atMs: OPENED_MS + s * 1_000,
  level: 0,
  switches: [],
  ...changes,
});

const BASE: RateInput = {
  cue: cue7,
  cues: CUES,
  mode: 'live',
  run: { points: [point(0, 10), point(1, 40), point(2, 60)], stepMs: 1_000 },
  whole: true,
  marks: [],
  traffic: { points: [], stepMs: 1_000 },
  compared: null,
  projection: null,
  perS: 20,
  nowMs: OPENED_MS + 3_000,
};
function viewOf(changes: Partial<RateInput>) {
  const view = rateView({ ...BASE, ...changes });
  if (view === null) throw new Error('nothing to draw');
  return view;
}

test('seconds without data break the line and are hatched with their reason', () => {
  const run = { points: [point(0, 10), point(1, 40), point(5, 900), point(6, 950)], stepMs: 1_000 };
  expect(ratesOf(run, OPENED_MS).map(({ perS }) => perS)).toEqual([0, 10, 30, null, 50]);
  const nowMs = OPENED_MS + 7_000;
  expect(viewOf({ run, nowMs }).gaps).toMatchObject([{ words: '3 s without data, core away; votes were kept' }]);
  expect(viewOf({ run, nowMs, whole: false }).gaps[0]?.words).toContain('desk link');
  expect(viewOf({ run, nowMs }).peak).toEqual({ s: 6.5, perS: 50 });
});

test('from the last point until now nothing is drawn but the gap', () => {
  expect(viewOf({ nowMs: OPENED_MS + 4_000 }).gaps).toEqual([]);
  const { gaps } = viewOf({ nowMs: OPENED_MS + 12_000 });
  expect(gaps).toEqual([{ fromS: 3, toS: 12, words: '9 s without data, desk link' }]);
});

test('a desk that joined late shows where its knowledge begins', () => {
  const { points, gaps } = viewOf({
    run: { points: [point(30, 500), point(31, 520)], stepMs: 1_000 },
    nowMs: OPENED_MS + 32_000,
    whole: false,
  });
  expect(gaps[0]).toEqual({ fromS: 0, toS: 30, words: '30 s without data, desk link; counts were kept' });
  expect(points.map(({ perS }) => perS)).toEqual([null, 20]);
});

test('GO and close are red in a live show only, and the close is ahead until it has come', () => {
  const tones = (view: ReturnType<typeof viewOf>) => view.marks.map(({ words, tone, ahead }) => [words, tone, ahead]);
  expect(tones(viewOf({}))).toEqual([
    ['GO 7', 'air', false],
    ['close', 'air', true],
  ]);
  expect(tones(viewOf({ mode: 'rehearsal', cue: { ...cue7, intake: 'closed' } }))).toEqual([
    ['GO 7', 'plain', false],
    ['closed', 'plain', false],
  ]);
});

test('extensions, holds and other cues’ GO stand between, in time order', () => {
  const cues = CUES.map((cue) => (cue.id === cueId(9) ? { ...cue, openedAtMs: OPENED_MS + 20_000 } : cue));
  const marks = [
    { atMs: OPENED_MS + 30_000, what: { kind: 'extended' as const, byMs: 30_000 } },
    { atMs: OPENED_MS + 10_000, what: { kind: 'held' as const } },
  ];
  expect(viewOf({ cues, marks }).marks.map(({ words }) => words)).toEqual(['GO 7', 'HOLD', 'GO 9', '+30 s', 'close']);
});

test('a level and a switch in force are bands, named once with the time they began', () => {
  const steps = [0, 1, 2, 3, 4, 5, 6, 7].map((s) => traffic(s, s >= 2 && s !== 5 ? { level: 1 } : {}));
  const { bands } = viewOf({ traffic: { points: steps, stepMs: 1_000 }, nowMs: OPENED_MS + 8_000 });
  expect(bands.map(({ fromS, toS }) => [fromS, toS])).toEqual([
    [2, 5],
    [6, 8],
  ]);
  expect(bands[0]?.words).toMatch(/^Level 1 Economy since 21:13:32$/);
  expect(bands[1]?.words).toBe('');
});

test('the axes hold everything drawn, and end at round numbers', () => {
  const other = {
    cue: { ...cue7, openedAtMs: OPENED_MS - 600_000 },
    run: { points: [{ ...point(-600, 0) }, { ...point(-599, 777) }], stepMs: 1_000 },
  };
  expect(viewOf({}).top).toBe(30);
  expect(viewOf({ compared: other }).top).toBe(800);
  expect(viewOf({}).endS).toBe(95);
});

test('the axis of a run that has ended holds what came in its grace', () => {
  const grace = { points: [point(88, 900), point(95, 980), point(99, 999)], stepMs: 1_000 };
  const { endS, points } = viewOf({ cue: { ...cue7, intake: 'closed' }, run: grace, nowMs: OPENED_MS + 200_000 });
  expect(points.at(-1)?.s).toBeGreaterThan(95);
  expect(endS).toBeGreaterThan(points.at(-1)?.s ?? 0);
});

test('what is projected ends at the close, and at the projected count', () => {
  const nowMs = OPENED_MS + 20_000;
  const run = { points: Array.from({ length: 20 }, (_, s) => point(s, 1_000 + s * 10)), stepMs: 1_000 };
  const { future } = viewOf({ run, nowMs, projection: { kind: 'profile', low: 1_300, mid: 1_400, high: 1_500 } });
  expect(future[0]?.s).toBe(20);
  expect(future.at(-1)?.s).toBe(90);
  const area = (of: (i: number) => number) => future.reduce((sum, _, i) => sum + of(i), 0) * (70 / future.length);
  expect(area((i) => future[i]?.mid ?? 0)).toBeCloseTo(1_400 - 1_190, 0);
  expect(future.every(({ mid, band }) => band[0] <= mid && mid <= band[1])).toBe(true);
});

test('who can’t see the chart is told its peak, its last value and a table of times', () => {
  const { summary, table } = viewOf({});
  expect(summary).toContain('peak 30 after 0:02, last 20 after 0:03');
  expect(table).toContainEqual({ time: '0:02', perS: '30' });
  expect(NOW_MS).toBeGreaterThan(OPENED_MS);
});
