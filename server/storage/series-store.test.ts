import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OptionId, RunId } from '../../shared/protocol/ids.ts';
import { SeriesFile } from './series-file.ts';
import type { SeriesSecond } from './series-messages.ts';
import { SERIES_MIGRATIONS } from './series-schema.ts';
import { openSeries, type SeriesStore } from './series-store.ts';

const START_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const RUN = 'q1:live:1' as RunId;
const OTHER = 'q2:live:1' as RunId;

let dir: string;
let path: string;
let troubles: string[];
const stores: SeriesStore[] = [];

async function open(): Promise<SeriesStore> {
  const store = await openSeries(path, (message) => troubles.push(message));
  stores.push(store);
  return store;
}

function second(atMs: number, more: Partial<SeriesSecond['traffic']> = {}): SeriesSecond {
  const traffic = {
    ...{ atMs, online: 100, ws: 60, sse: 30, poll: 10, arrivalsPerS: 5, queueDepth: 0, queueHeadAgeMs: 0 },
    ...{ ackP50Ms: 4, ackP99Ms: 9, level: 0, edges: 2, edgesExpected: 2, switches: [] },
    ...more,
  };
  return { traffic, ballots: {}, runs: [] };
}

/** A second at whose end the run had this many votes, all for `a`. */
function counted(atMs: number, total: number): SeriesSecond {
  const tally = { total, options: [{ id: 'a' as OptionId, count: total }] };
  return { ...second(atMs), runs: [{ runId: RUN, online: 100, tally }] };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-series-'));
  path = join(dir, 'series.db');
  troubles = [];
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  rmSync(dir, { recursive: true });
});

describe('the traffic of a stretch', () => {
  it('is a point a second, and a second that nobody wrote is a gap', async () => {
    const store = await open();
    for (const s of [0, 1, 2, 5]) store.write(second(START_MS + s * 1_000, { online: s }));
    const points = await store.traffic({ fromMs: START_MS, toMs: START_MS + 10_000, stepMs: 1_000, ballotsOf: [] });
    expect(points.map(({ atMs, online }) => [atMs - START_MS, online])).toEqual([
      [0, 0],
      [1_000, 1],
      [2_000, 2],
      [5_000, 5],
    ]);
    expect(points[0]).toEqual({ ...second(START_MS, { online: 0 }).traffic, ballotsPerS: 0 });
  });

  it('in longer steps has the mean of counts and the largest of the rest, and keeps gaps', async () => {
    const store = await open();
    for (const s of [0, 1, 2, 3, 4, 10, 11]) {
      store.write({
        ...second(START_MS + s * 1_000, { online: 100 + s, ackP99Ms: s, switches: s === 3 ? ['results-cadence'] : [] }),
        ballots: { [RUN]: s },
      });
    }
    const points = await store.traffic({ fromMs: START_MS, toMs: START_MS + 20_000, stepMs: 5_000, ballotsOf: [RUN] });
    expect(points).toMatchObject([
      { atMs: START_MS, online: 102, ackP99Ms: 4, ballotsPerS: 4, switches: ['results-cadence'] },
      { atMs: START_MS + 10_000, online: 110.5, ackP99Ms: 11, ballotsPerS: 11, switches: [] },
    ]);
  });

  it('has the votes of those runs only that the reader may know of', async () => {
    const store = await open();
    store.write({ ...second(START_MS), ballots: { [RUN]: 7, [OTHER]: 5 } });
    const of = async (...ballotsOf: RunId[]) => {
      const stretch = { fromMs: START_MS, toMs: START_MS + 1_000, stepMs: 1_000 };
      return (await store.traffic({ ...stretch, ballotsOf })).map(({ ballotsPerS }) => ballotsPerS);
    };
    expect([await of(RUN, OTHER), await of(OTHER), await of()]).toEqual([[12], [5], [0]]);
  });
});

describe('the curve of a run', () => {
  it('has the count at the end of each step', async () => {
    const store = await open();
    for (const [s, total] of [
      [0, 1],
      [1, 4],
      [4, 9],
      [5, 12],
    ] as const) {
      store.write(counted(START_MS + s * 1_000, total));
    }
    const fine = await store.run({ runId: RUN, stepMs: null });
    expect(fine.stepMs).toBe(1_000);
    expect(fine.points.map(({ atMs, tally }) => [atMs - START_MS, tally.total])).toEqual([
      [0, 1],
      [1_000, 4],
      [4_000, 9],
      [5_000, 12],
    ]);
    const coarse = await store.run({ runId: RUN, stepMs: 5_000 });
    expect(coarse.points).toEqual([
      { atMs: START_MS, online: 100, tally: { total: 9, options: [{ id: 'a', count: 9 }] } },
      { atMs: START_MS + 5_000, online: 100, tally: { total: 12, options: [{ id: 'a', count: 12 }] } },
    ]);
    expect(await store.run({ runId: OTHER, stepMs: null })).toEqual({ stepMs: 1_000, points: [] });
  });

  it('of a run that was long under way comes in steps that fit into one answer', async () => {
    const store = await open();
    store.write(counted(START_MS, 1));
    store.write(counted(START_MS + 6_000_000, 2));
    const { stepMs, points } = await store.run({ runId: RUN, stepMs: 1_000 });
    expect(stepMs).toBe(2_000);
    expect(points).toHaveLength(2);
  });
});

describe('the file', () => {
  it('is there again after a close, and a second that is written again is replaced', async () => {
    const store = await open();
    store.write(second(START_MS, { online: 1 }));
    store.write(second(START_MS, { online: 2 }));
    await stores.pop()?.close();
    const again = await open();
    const points = await again.traffic({ fromMs: START_MS, toMs: START_MS + 1, stepMs: 1_000, ballotsOf: [] });
    expect(points).toMatchObject([{ online: 2 }]);
  });

  it('keeps so many seconds, by their order and not by the clock, and what is older goes a few at a time', () => {
    const file = new SeriesFile(path, 100);
    const left = () => {
      const span = { fromMs: START_MS, toMs: START_MS + 300_000, stepMs: 1_000, ballotsOf: [] };
      return [file.run({ runId: RUN, stepMs: 1_000 }).points.length, file.traffic(span).length];
    };
    for (let s = 0; s < 100; s++) file.write(counted(START_MS + s * 1_000, s));
    // A year ahead by mistake, and right again: nothing grows old by it.
    file.write(second(START_MS + 365 * DAY_MS));
    file.write(second(START_MS + 100_000));
    expect(left()).toEqual([98, 99]);
    for (let s = 101; s < 111; s++) file.write(second(START_MS + s * 1_000));
    expect(left()).toEqual([88, 99]);
    file.close();
  });

  it('has an hour twice that came twice because the clock was set back, each as it was', async () => {
    const store = await open();
    for (const s of [0, 1, 2, 3]) store.write(second(START_MS + s * 1_000, { online: 10 + s }));
    for (const s of [0, 1]) store.write(second(START_MS + s * 1_000, { online: 90 + s }));
    await stores.pop()?.close();
    const again = await open();
    again.write(second(START_MS + 2_000, { online: 92 }));
    const span = { fromMs: START_MS, toMs: START_MS + 10_000, ballotsOf: [] };
    const online = async (stepMs: number) =>
      (await again.traffic({ ...span, stepMs })).map((point) => [point.atMs - START_MS, point.online]);
    expect(await online(1_000)).toEqual([
      ...[0, 1, 2, 3].map((s) => [s * 1_000, 10 + s]),
      ...[0, 1, 2].map((s) => [s * 1_000, 90 + s]),
    ]);
    expect(await online(10_000)).toEqual([
      [0, 11.5],
      [0, 91],
    ]);
  });

  it('of the version before, with one stretch of time, is read on', async () => {
    const old = new Database(path);
    SERIES_MIGRATIONS[0]?.(old);
    old.pragma('user_version = 1');
    old.exec(`INSERT INTO traffic VALUES (${START_MS}, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, '[]', '{}')`);
    old.close();
    const store = await open();
    store.write(second(START_MS + 1_000));
    const span = { fromMs: START_MS, toMs: START_MS + 10_000, stepMs: 1_000, ballotsOf: [] };
    expect((await store.traffic(span)).map(({ online }) => online)).toEqual([7, 100]);
  });

  it('of a newer version is refused with a sentence, and one that is none of ours as well', async () => {
    const newer = new Database(path);
    newer.pragma('user_version = 99');
    newer.close();
    await expect(open()).rejects.toMatchObject({ code: 'newer-file', message: expect.stringContaining('newer') });
    writeFileSync(path, 'no database, but long enough to be read as one'.repeat(100));
    await expect(open()).rejects.toMatchObject({ code: 'corrupt-file' });
  });

  it('that can not be written is told once, and goes on when it can', async () => {
    const store = await open();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    store.write(second(START_MS));
    store.write(second(START_MS + 1_000));
    const span = { fromMs: START_MS, toMs: START_MS + 10_000, stepMs: 1_000, ballotsOf: [] };
    expect(await store.traffic(span)).toEqual([]);
    expect(troubles).toEqual([expect.stringMatching(/locked/)]);
    other.exec('ROLLBACK');
    store.write(second(START_MS + 2_000));
    expect(await store.traffic(span)).toHaveLength(1);
    other.exec('BEGIN IMMEDIATE');
    store.write(second(START_MS + 3_000));
    await vi.waitUntil(() => troubles.length === 2, { timeout: 10_000 });
    other.exec('ROLLBACK');
    other.close();
  });
});
