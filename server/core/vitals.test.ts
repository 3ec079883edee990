import { expect, it } from 'vitest';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { Role } from '../../shared/protocol/desk.ts';
import type { Visibility } from '../../shared/protocol/show-file.ts';
import { onePoll, RUN } from './testing/one-poll.test-part.ts';
import { type VitalsInput, VitalsMaker } from './vitals.ts';

const COMMITS = { ballotsP50: 1, ballotsMax: 1, tookP50Ms: 1, tookP99Ms: 1, writeFsyncP50Ms: 1, writeFsyncP99Ms: 1 };

function showWith(desk: Visibility): ShowState {
  const opened = { type: 'run.opened', runId: RUN, openedAtMs: 1, closesAtMs: 60_001, byPerson: true } as const;
  const imported = { type: 'show.imported', show: onePoll({ live: { desk } }), mode: 'live', showId: 'x' } as const;
  return evolveEntry(EMPTY_SHOW, [imported, opened], {
    seq: 1,
    act: { actor: 'a', source: 's', commandId: 'c', atMs: 1 },
  });
}

const inputOf = (show: ShowState, nowMs: number): VitalsInput => ({
  ...{ nowMs, now: monotonicMs(nowMs), epoch: 1, level: 0, show, links: [], edgesExpected: 0, edgesRestarting: false },
  ...{ desks: 1, liveCount: () => null, switches: [], pendingAt: () => [], alarms: [], waitsFor: () => null },
  ...{ preflight: {} as never, capacity: { viewers: 0, forecastPeakPerS: 0, forecastViewers: 0 } },
  box: { queueHeadAgeMs: 0, commits: COMMITS },
});

it.for([
  ['hidden', 'director', false],
  ['percentages', 'director', false],
  ['turnout', 'director', true],
  ['counts', 'director', true],
  ['hidden', 'verifier', true],
] as [Visibility, Role, boolean][])(
  'the size of commits of a poll with %s on the desk is told to a %s: %s',
  ([desk, role, told]) => {
    const vitals = new VitalsMaker().make(inputOf(showWith(desk), 1_000), [role]);
    expect(vitals.commits).toEqual(told ? COMMITS : undefined);
  },
);

it('nor while the last ones of a poll that has just closed are still in them', () => {
  const maker = new VitalsMaker();
  const show = showWith('hidden');
  const run = show.runs[RUN];
  if (run === undefined) throw new Error('the show has no run');
  maker.make(inputOf(show, 1_000), ['director']);
  const closed: ShowState = { ...show, runs: { [RUN]: { ...run, intake: 'verified', head: 'x' } } };
  expect(maker.make(inputOf(closed, 2_000), ['director']).commits).toBeUndefined();
  expect(maker.make(inputOf(closed, 30_000), ['director']).commits).toEqual(COMMITS);
});
