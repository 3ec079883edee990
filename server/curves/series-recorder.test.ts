import { beforeEach, expect, it } from 'vitest';
import type { Run } from '../../shared/domain/show-state.ts';
import type { Intake } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { Vitals } from '../../shared/protocol/vitals.ts';
import type { SeriesSecond } from '../storage/series-messages.ts';
import { SeriesRecorder } from './series-recorder.ts';

const RUN = 'q1:live:1' as RunId;
const START_MS = 1_800_000_000_000;

let intake: Intake;
let written: SeriesSecond[];
let recorder: SeriesRecorder;

beforeEach(() => {
  intake = 'open';
  written = [];
  recorder = new SeriesRecorder({ write: (second) => written.push(second), runOf: () => ({ intake }) as Run });
});

/** Vitals at this moment, with this many votes in the run; null: there is no run yet. */
function sample(atMs: number, total: number | null, online = 10): void {
  const run = { runId: RUN, total: total ?? 0, options: [{ id: 'a', count: total ?? 0, share: 1 }], reconciled: true };
  recorder.sample({
    ...{
      serverNowMs: START_MS + atMs,
      online,
      byTransport: { ws: online, sse: 0, poll: 0 },
      rehearsing: 0,
      arrivalsPerS: 0,
    },
    ...{
      queueDepth: 0,
      queueHeadAgeMs: 0,
      ackP50Ms: 0,
      ackP99Ms: 0,
      level: 0,
      edges: [],
      edgesExpected: 2,
      edgesRestarting: false,
    },
    ...{ runs: total === null ? [] : [run], switches: [] },
  } as unknown as Vitals);
}
const ballots = () => written.map((second) => second.ballots[RUN] ?? 0);
const totals = () => written.map(({ runs }) => runs.map(({ tally }) => tally.total));

it('hands over one record a second, when the second is over', () => {
  for (const [ms, online] of [
    [0, 10],
    [250, 20],
    [500, 30],
    [750, 40],
  ] as const) {
    sample(ms, 0, online);
  }
  expect(written).toEqual([]);
  sample(1_000, 0);
  expect(written).toMatchObject([{ traffic: { atMs: START_MS, online: 25 } }]);
});

it('counts votes to the second in which they came', () => {
  for (const [ms, total] of [
    [0, null],
    [900, 3],
    [1_000, 3],
    [1_950, 10],
    [2_100, 11],
    [3_000, 11],
  ] as const) {
    sample(ms, total);
  }
  expect(ballots()).toEqual([3, 7, 1]);
  expect(totals()).toEqual([[3], [10], [11]]);
});

it('takes nothing for a vote of its first second that had been counted before this core began', () => {
  sample(0, 500);
  sample(500, 500);
  sample(1_000, 504);
  sample(2_000, 504);
  expect(ballots()).toEqual([0, 4]);
});

it('takes the votes of a run that comes back with its mode for what they are: counted long ago', () => {
  sample(0, null);
  intake = 'verified';
  sample(1_000, 80);
  sample(2_000, 80);
  expect(ballots()).toEqual([0, 0]);
  expect(totals()).toEqual([[], []]);
});

it('tells of a run while it is under way, and afterwards only when its count changes', () => {
  sample(0, 5);
  for (const [i, state] of (['open', 'paused', 'closing'] as const).entries()) {
    intake = state;
    sample(1_000 * (i + 1), 5);
  }
  intake = 'closed';
  sample(4_000, 5);
  sample(5_000, 6);
  sample(6_000, 6);
  sample(7_000, 6);
  expect(totals()).toEqual([[5], [5], [5], [5], [], [6], []]);
});

it('leaves seconds out in which nobody took a sample', () => {
  sample(0, 1);
  sample(5_500, 2);
  sample(6_000, 2);
  expect(written.map(({ traffic }) => traffic.atMs - START_MS)).toEqual([0, 5_000]);
});
