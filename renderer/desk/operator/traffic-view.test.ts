import { expect, test } from 'vitest';
import type { SeriesPoint } from '../../../shared/protocol/records.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { cueId, NOW_MS, SHOW, VITALS } from '../testing/show-fixture.ts';
import { peakWords, trafficCurves, trafficFigures } from './traffic-view.ts';

const { cues } = SHOW;

test('connections by transport add up to those online', () => {
  const figures = trafficFigures(VITALS, cues);
  expect(figures.online).toEqual({ kind: 'sum', text: '118,204' });
  expect(figures.transports?.map((t) => `${t.name} ${t.text}`)).toEqual([
    'WebSocket 109,336',
    'SSE 5,910',
    'Polling 2,958',
  ]);
  expect(figures.transports?.reduce((sum, t) => sum + t.share, 0)).toBeCloseTo(1);
});

test('with an edge missing no sum over edges is shown; what the ballot box counts stands', () => {
  const figures = trafficFigures({ ...VITALS, edges: VITALS.edges.slice(1) }, cues);
  for (const sum of [figures.online, figures.arrivals, figures.queue]) expect(sum).toEqual({ kind: 'incomplete' });
  expect(figures.transports).toBeNull();
  expect(figures.ballots).toEqual({ kind: 'rate', text: '1,240' });
});

test('the rate of a run whose numbers are kept from this desk is hidden, and no sum stands in for it', () => {
  const runs = VITALS.runs.map(({ runId, reconciled }) => ({ runId, reconciled }));
  expect(trafficFigures({ ...VITALS, runs }, cues).ballots).toEqual({ kind: 'hidden' });
  const over = cues.map((cue) => (cue.id === cueId(7) ? { ...cue, intake: 'closed' as const } : cue));
  expect(trafficFigures({ ...VITALS, runs }, over).ballots).toEqual({ kind: 'rate', text: '0' });
});

test('the slowest edge gives the round, and every edge has its bar against the cadence in force', () => {
  const edges = VITALS.edges.map((edge, i) => ({ ...edge, roundMs: i === 2 ? 900 : 450 }));
  const slower = trafficFigures({ ...VITALS, edges }, cues).round;
  expect([slower.slowest, slower.cadenceMs, slower.isLate]).toEqual(['900', '3,000', false]);
  expect(slower.bars.map((bar) => bar.share).slice(0, 3)).toEqual([0.15, 0.15, 0.3]);
  const calm = VITALS.switches.map((s) => ({ ...s, inForce: false }));
  expect(trafficFigures({ ...VITALS, edges, switches: calm }, cues).round.cadenceMs).toBe('1,000');
});

test('a round that takes longer than the cadence is late, and the scale grows with it', () => {
  const edges = VITALS.edges.map((edge, i) => ({ ...edge, roundMs: i === 2 ? 6_000 : 3_000 }));
  const { round } = trafficFigures({ ...VITALS, edges }, cues);
  expect([round.isLate, round.cadenceShare]).toEqual([true, 0.5]);
  expect(round.bars[2]?.share).toBe(1);
});

test('commits say their size and times with tenths while they are short; without one no figure stands there', () => {
  const of = (vitals: Vitals) => trafficFigures(vitals, cues).commits.map(({ name, text }) => [name, text]);
  expect(of(VITALS)).toEqual([
    ['Batch', 'p50 14 · max 188'],
    ['Commit', 'p50 3.1 · p99 25'],
    ['Write + fsync', 'p50 2.3 · p99 23'],
  ]);
  const { commits: _, ...quiet } = VITALS;
  expect(of(quiet).map(([, text]) => text)).toEqual(['none in the last 5 s', '–', '–']);
});

test('an edge missing takes nothing from the commits, which the core itself measures', () => {
  const partial = { ...VITALS, edges: VITALS.edges.slice(1) };
  expect(trafficFigures(partial, cues).commits).toEqual(trafficFigures(VITALS, cues).commits);
});

function point(ageS: number, change: Partial<SeriesPoint>): SeriesPoint {
  return {
    atMs: NOW_MS - ageS * 1_000,
    online: 100,
    ws: 100,
    sse: 0,
    poll: 0,
    arrivalsPerS: 10,
    ballotsPerS: 5,
    queueDepth: 1,
    queueHeadAgeMs: 2,
    ackP50Ms: 20,
    ackP99Ms: 80,
    level: 0,
    edges: 2,
    edgesExpected: 2,
    switches: [],
    ...change,
  };
}

test('a second with an edge missing is a gap in the sums and none in the ballots', () => {
  const points = Array.from({ length: 180 }, (_, i) => point(180 - i, i === 90 ? { edges: 1 } : {}));
  const state = trafficCurves({ kind: 'points', stepMs: 1_000, points, missing: null }, NOW_MS);
  if (state.kind !== 'curves') throw new Error(state.kind);
  expect(state.curves.arrivals.gaps).toHaveLength(1);
  expect(state.curves.arrivals.lines).toHaveLength(2);
  expect(state.curves.ballots.gaps).toEqual([]);
  expect(peakWords(state.curves.arrivals, '/s')).toBe('peak 10 /s');
});

test('p50 is drawn on the scale of p99', () => {
  const points = Array.from({ length: 180 }, (_, i) => point(180 - i, {}));
  const state = trafficCurves({ kind: 'points', stepMs: 1_000, points, missing: null }, NOW_MS);
  if (state.kind !== 'curves') throw new Error(state.kind);
  // 20 of 80 ms: a quarter of the way up from 58 to 2.
  expect(state.curves.ackP50.lines[0]).toMatch(/^M\d+(\.\d+)? 44L/);
});

test('without points the curves say whether they are asked for, missing or empty', () => {
  expect(trafficCurves({ kind: 'loading' }, NOW_MS)).toEqual({ kind: 'loading' });
  expect(trafficCurves({ kind: 'points', stepMs: 1_000, points: [], missing: null }, NOW_MS)).toEqual({
    kind: 'empty',
  });
  expect(trafficCurves({ kind: 'failed', message: 'no' }, NOW_MS)).toEqual({ kind: 'failed', message: 'no' });
});
