import { expect, test } from 'vitest';
import type { OptionId, RunId } from '../../../shared/protocol/ids.ts';
import {
  MOST_POINTS,
  MOST_RUNS,
  type RunHistories,
  runAsked,
  runCurve,
  runEnded,
  runFetched,
  runForgotten,
  runHeard,
} from './run-history.ts';

const RUN = 'cue-7:live:1' as RunId;
const NONE: RunHistories = new Map();
const heard = (runs: RunHistories, atMs: number, total: number, runId = RUN) =>
  runHeard(
    runs,
    { runId, total, options: [{ id: 'a' as OptionId, count: total, share: 1 }], reconciled: true },
    { atMs, online: 100 },
  );
const totals = (runs: RunHistories) => (runs.get(RUN)?.points ?? []).map((p) => [p.atMs, p.total]);

test('a point has the count at the end of its second', () => {
  const runs = [0, 250, 500, 750, 1_000, 1_250].reduce((all, atMs) => heard(all, atMs, atMs / 50), NONE);
  expect(totals(runs)).toEqual([[0, 15]]);
  expect(totals(runEnded(runs, RUN))).toEqual([
    [0, 15],
    [1_000, 25],
  ]);
});

test('a run that grows for hours is kept in fewer and fewer steps, and its last count stays right', () => {
  let runs = NONE;
  for (let s = 0; s <= 10_800; s++) runs = heard(runs, s * 1_000, s);
  const run = runEnded(runs, RUN).get(RUN);
  expect(run?.stepMs).toBe(8_000);
  expect(run?.points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(run?.points.at(-1)?.total).toBe(10_800);
  expect(run?.points[1]).toMatchObject({ atMs: 8_000, total: 15 });
});

test('what came before this desk joined is put in front of what it heard', () => {
  const runs = runEnded(heard(heard(runAsked(NONE, RUN), 5_000, 50), 6_000, 60), RUN);
  const kept = [1, 2, 3, 4, 5].map((s) => ({ atMs: s * 1_000, online: 100, total: s * 10 }));
  expect(totals(runFetched(runs, RUN, { stepMs: 1_000, points: kept }))).toEqual(
    [1, 2, 3, 4, 5, 6].map((s) => [s * 1_000, s * 10]),
  );
});

test('counts kept in coarser steps than they were heard in are drawn in the coarser ones', () => {
  const runs = runEnded(heard(heard(runAsked(NONE, RUN), 5_000, 50), 6_000, 60), RUN);
  const fetched = runFetched(runs, RUN, { stepMs: 5_000, points: [{ atMs: 0, online: 100, total: 40 }] });
  expect(fetched.get(RUN)?.stepMs).toBe(5_000);
  expect(totals(fetched)).toEqual([
    [0, 40],
    [5_000, 60],
  ]);
});

test('the run looked at longest ago makes room for a new one', () => {
  let runs: RunHistories = NONE;
  for (let i = 0; i < MOST_RUNS; i++) runs = runAsked(runs, `cue-${i}:live:1` as RunId);
  runs = heard(runs, 0, 1, 'cue-0:live:1' as RunId);
  runs = runAsked(runs, 'new:live:1' as RunId);
  expect(runs.size).toBe(MOST_RUNS);
  expect(runs.has('cue-0:live:1' as RunId)).toBe(true);
  expect(runs.has('cue-1:live:1' as RunId)).toBe(false);
});

test('what a desk may no longer see is dropped at once', () => {
  const runs = runForgotten(heard(heard(runAsked(NONE, RUN), 0, 10), 1_000, 20), RUN);
  const run = runs.get(RUN);
  expect(run && runCurve(run)).toEqual({ kind: 'loading' });
  expect(run?.open).toBeNull();
});

test('vitals that carry no numbers make points without numbers', () => {
  const runs = runEnded(runHeard(NONE, { runId: RUN, reconciled: true }, { atMs: 1_500, online: 9 }), RUN);
  expect(runs.get(RUN)?.points).toEqual([{ atMs: 1_000, online: 9 }]);
});
