import { beforeEach, describe, expect, it, test } from 'vitest';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { SeriesPoint } from '../../shared/protocol/records.ts';
import type { Visibility } from '../../shared/protocol/show-file.ts';
import { onePoll, RUN } from '../show/one-poll.test-part.ts';
import type { RunQuery, TrafficQuery } from '../storage/series-messages.ts';
import type { SeriesStore } from '../storage/series-store.ts';
import { SeriesDesk } from './series-desk.ts';

const NOW_MS = 1_800_000_000_000;
const NO_WISH = { fromMs: null, toMs: null, stepMs: null };
const tally = { total: 4, options: [{ id: 'a' as OptionId, count: 3 }] };

let asked: (TrafficQuery | RunQuery)[];
let stepMs: number;
beforeEach(() => {
  asked = [];
  stepMs = 1_000;
});

const store: SeriesStore = {
  write: () => {},
  traffic: async (query) => {
    asked.push(query);
    return [];
  },
  run: async (query) => {
    asked.push(query);
    return { stepMs, points: [{ atMs: NOW_MS, online: 9, tally }] };
  },
  close: async () => {},
};

/** A desk on a show whose one poll is on air, with this much of it for desks. */
function deskOn(desk: Visibility, from: SeriesStore = store): SeriesDesk {
  const act = { actor: 'a', source: 's', commandId: 'c', atMs: 1 };
  const events = [
    { type: 'show.imported', show: onePoll({ live: { desk } }), mode: 'live', showId: 'show' },
    { type: 'run.opened', runId: RUN, openedAtMs: NOW_MS, closesAtMs: NOW_MS + 60_000, byPerson: true },
  ] as const;
  const show: ShowState = evolveEntry(EMPTY_SHOW, events, { seq: 1, act });
  return new SeriesDesk({ store: from, show: () => show, nowMs: () => NOW_MS });
}

describe('a stretch of traffic', () => {
  it('is the last three hours where nothing is said, in the shortest step that fits', async () => {
    expect(await deskOn('counts').traffic(['director'], NO_WISH)).toMatchObject({
      ...{ fromMs: NOW_MS - 3 * 3_600_000, toMs: NOW_MS, stepMs: 5_000, serverNowMs: NOW_MS },
    });
    expect(asked).toEqual([{ fromMs: NOW_MS - 10_800_000, toMs: NOW_MS, stepMs: 5_000, ballotsOf: [RUN] }]);
  });

  test.for([
    [{ fromMs: NOW_MS, toMs: NOW_MS, stepMs: null }, 'toMs'],
    [{ fromMs: NOW_MS + 1, toMs: null, stepMs: null }, 'toMs'],
    [{ ...NO_WISH, stepMs: 0 }, 'stepMs'],
    [{ ...NO_WISH, stepMs: 1_500 }, 'stepMs'],
    [{ ...NO_WISH, stepMs: 1_000 }, '5000 ms'],
  ] as const)('%j is refused with a word on %s', async ([wish, word]) => {
    const answer = await deskOn('counts').traffic(['director'], wish);
    expect(answer).toEqual({ code: 'malformed', message: expect.stringContaining(word) });
    expect(asked).toEqual([]);
  });

  test.for([
    ['hidden', 'owner', 0],
    ['percentages', 'director', 0],
    ['turnout', 'director', 1],
    ['counts', 'director', 1],
    ['hidden', 'verifier', 1],
  ] as [Visibility, Role, number][])(
    'with a desk that is %s asks for the %s for the votes of %s runs',
    async ([desk, role, runs]) => {
      await deskOn(desk).traffic([role], NO_WISH);
      expect(asked).toMatchObject([{ ballotsOf: runs === 0 ? [] : [RUN] }]);
    },
  );
});

describe('what a single vote moves in the traffic', () => {
  const OF_ONE = { queueDepth: 1, queueHeadAgeMs: 4, ackP50Ms: 9, ackP99Ms: 9 };
  const NOTHING = { queueDepth: 0, queueHeadAgeMs: 0, ackP50Ms: 0, ackP99Ms: 0 };
  const points = [NOW_MS - 60_000, NOW_MS, NOW_MS + 30_000].map((atMs) => ({ atMs, ...OF_ONE }) as SeriesPoint);
  const from: SeriesStore = { ...store, traffic: async () => points };

  test.for([
    ['hidden', 'director', NOTHING],
    ['percentages', 'operator', NOTHING],
    ['counts', 'director', OF_ONE],
    ['hidden', 'verifier', OF_ONE],
  ] as [Visibility, Role, object][])(
    'of a poll with %s on the desk is for the %s %j',
    async ([desk, role, expected]) => {
      const told = await deskOn(desk, from).traffic([role], { ...NO_WISH, stepMs: 5_000 });
      expect(told).toMatchObject({ points: [OF_ONE, expected, expected] });
    },
  );
});

describe('the curve of a run', () => {
  it('is found by its poll, by poll and round, and by its own id', async () => {
    const desk = deskOn('counts');
    for (const wish of [
      { poll: 'q1', round: null },
      { poll: 'q1', round: 1 },
      { poll: RUN, round: null },
    ]) {
      expect(await desk.run(['director'], { ...wish, stepMs: null })).toMatchObject({ runId: RUN, stepMs: 1_000 });
    }
    for (const wish of [
      { poll: 'q2', round: null },
      { poll: 'q1', round: 2 },
      { poll: '__proto__', round: null },
    ]) {
      expect(await desk.run(['director'], { ...wish, stepMs: null })).toMatchObject({ code: 'not-found' });
    }
  });

  test.for([
    ['hidden', 'owner', {}],
    ['turnout', 'director', { total: 4 }],
    ['percentages', 'director', { options: [{ id: 'a', share: 0.75 }], leads: ['a'] }],
    ['counts', 'director', { total: 4, options: [{ id: 'a', count: 3, share: 0.75 }] }],
    ['hidden', 'verifier', { total: 4, options: [{ id: 'a', count: 3, share: 0.75 }] }],
  ] as [Visibility, Role, object][])('on a desk that is %s gives the %s %j', async ([desk, role, numbers]) => {
    const series = await deskOn(desk).run([role], { poll: 'q1', round: null, stepMs: null });
    expect(series).toMatchObject({ points: [{ atMs: NOW_MS }] });
    expect('points' in series && series.points).toEqual([{ atMs: NOW_MS, online: 9, ...numbers }]);
  });

  it('in a step that is too short for it is refused', async () => {
    stepMs = 2_000;
    const answer = await deskOn('counts').run(['director'], { poll: 'q1', round: null, stepMs: 1_000 });
    expect(answer).toEqual({ code: 'malformed', message: expect.stringContaining('2000 ms') });
  });
});

it('says why where the file can not be read', async () => {
  const broken = () => Promise.reject(new Error('disk I/O error'));
  const desk = deskOn('counts', { ...store, traffic: broken, run: broken });
  const unavailable = { code: 'unavailable', message: expect.stringContaining('disk I/O error') };
  expect(await desk.traffic(['director'], NO_WISH)).toEqual(unavailable);
  expect(await desk.run(['director'], { poll: 'q1', round: null, stepMs: null })).toEqual(unavailable);
});
