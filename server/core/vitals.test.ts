import { expect, it } from 'vitest';
import type { BallotFigures } from '../../shared/domain/ballot-figures.ts';
import { deskState, NO_CORE_FACTS } from '../../shared/domain/desk-view.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { Visibility } from '../../shared/protocol/show-file.ts';
import type { LinkedEdge } from '../backplane/linked-edge.ts';
import type { LiveCount } from '../ballotbox/ballot-box.ts';
import { deskAudience } from '../desk/desk-audience.ts';
import { onePoll, RUN } from '../show/one-poll.test-part.ts';
import { NetworkWatch } from './network-watch.ts';
import { shownEntry } from './shown-entry.ts';
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
  ...{ ballotsFrom: () => null, networks: { list: () => [] } },
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

const BEAT = {
  ready: true,
  ws: 9,
  queueDepth: 1,
  queueHeadAgeMs: 4,
  ackP50Ms: 9,
  ackP99Ms: 9,
  loopP99Ms: 12,
  rssMb: 93,
};
const LINK = { edgeId: 'edge-1', edgeEpoch: 1, pid: 7, heardAt: monotonicMs(1_000), left: false, heartbeat: BEAT };
/** One ballot is under way. */
const inQuietPoll = (show: ShowState, beat: Partial<typeof BEAT> = {}): VitalsInput => ({
  ...inputOf(show, 1_000),
  links: [{ ...LINK, heartbeat: { ...BEAT, ...beat } } as unknown as LinkedEdge],
  liveCount: () => ({ tally: { total: 1, options: [] }, acknowledged: 0 }) as unknown as LiveCount,
  box: { queueHeadAgeMs: beat.queueHeadAgeMs ?? 4, commits: COMMITS },
});
const figuresOf = (told: BallotFigures) => [told.queueDepth, told.queueHeadAgeMs, told.ackP50Ms, told.ackP99Ms];

it.for([
  ['hidden', 'director', false],
  ['percentages', 'operator', false],
  ['turnout', 'director', true],
  ['counts', 'director', true],
  ['hidden', 'verifier', true],
] as [Visibility, Role, boolean][])(
  'that one ballot is under way in a poll with %s on the desk is to be seen by a %s: %s',
  ([desk, role, isTold]) => {
    const told = new VitalsMaker().make(inQuietPoll(showWith(desk)), [role]);
    expect(figuresOf(told)).toEqual(isTold ? [1, 4, 9, 9] : [0, 0, 0, 0]);
    expect(told.edges.map(figuresOf)).toEqual([isTold ? [1, 4, 9, 9] : [0, 0, 0, 0]]);
    expect(told.runs.map(({ reconciled }) => reconciled)).toEqual([!isTold]);
    expect(told.edges).toMatchObject([
      isTold ? { ws: 9, loopP99Ms: 12, rssMb: 93 } : { ws: 9, loopP99Ms: 10, rssMb: 88 },
    ]);
  },
);

it('what means trouble is told to everybody', () => {
  const beat = { queueDepth: 4_000, queueHeadAgeMs: 2_500, ackP50Ms: 1_200, ackP99Ms: 3_000 };
  const told = new VitalsMaker().make(inQuietPoll(showWith('hidden'), beat), ['director']);
  expect(figuresOf(told)).toEqual([4_000, 2_500, 1_200, 3_000]);
  expect(told.edges.map(figuresOf)).toEqual([[4_000, 2_500, 1_200, 3_000]]);
});

it('a run stands in the vitals while it takes ballots and for a while after, and no other of the evening does', () => {
  const maker = new VitalsMaker();
  const show = showWith('counts');
  const run = show.runs[RUN];
  if (run === undefined) throw new Error('the show has no run');
  const runsAt = (state: ShowState, nowMs: number) =>
    maker.make(inputOf(state, nowMs), ['verifier']).runs.map(({ runId }) => runId);
  const with_ = (fields: Partial<typeof run>): ShowState => ({ ...show, runs: { [RUN]: { ...run, ...fields } } });
  expect(runsAt(show, 1_000)).toEqual([RUN]);
  // However long it is on hold, or its seal is waited for.
  expect(runsAt(with_({ intake: 'paused' }), 3_600_000)).toEqual([RUN]);
  expect(runsAt(with_({ intake: 'closed' }), 7_200_000)).toEqual([RUN]);
  const verified = with_({ intake: 'verified', head: 'x' });
  expect(runsAt(verified, 7_210_000)).toEqual([RUN]);
  expect(runsAt(verified, 7_216_000)).toEqual([]);
  // Nor those of before this core began.
  expect(new VitalsMaker().make(inputOf(verified, 1_000), ['verifier']).runs).toEqual([]);
});

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

const NETWORK = { network: '203.0.113.7', ballots: 150, perMin: 150, ages: null, isBeyond: true };
const CONCENTRATED = { ballots: 150, networks: 1, above: 100 };
const told = { at: monotonicMs(1_000), concentrated: CONCENTRATED, top: [NETWORK] };

function withNetworks(desk: Visibility) {
  const networks = new NetworkWatch(() => {});
  networks.heard({ spent: { arrivals: [['198.51.100.1', 9]] }, refused: [] }, monotonicMs(1_000));
  return { ...inputOf(showWith(desk), 1_000), networks, ballotsFrom: () => told };
}

it.for([
  ['owner', true],
  ['producer', true],
  ['operator', true],
  ['director', false],
  ['verifier', false],
] as [Role, boolean][])('a %s is told the networks: %s', ([role, told]) => {
  expect(new VitalsMaker().make(withNetworks('counts'), [role]).networks !== undefined).toBe(told);
  // As the desk port asks: for all desks that may see the same.
  expect(new VitalsMaker().make(withNetworks('counts'), deskAudience([role]).roles).networks !== undefined).toBe(told);
});

it.for([
  ['hidden', ['operator'], false],
  ['percentages', ['operator'], false],
  ['turnout', ['operator'], true],
  ['counts', ['producer'], true],
  ['hidden', ['operator', 'verifier'], true],
] as [Visibility, Role[], boolean][])(
  'how many ballots came from a network in a poll with %s on the desk is told to %s: %s',
  ([desk, roles, isTold]) => {
    const { networks, runs } = new VitalsMaker().make(withNetworks(desk), deskAudience(roles).roles);
    expect(networks?.map(({ network }) => network)).toEqual([...(isTold ? ['203.0.113.7'] : []), '198.51.100.1']);
    expect(JSON.stringify(networks).includes('ballots')).toBe(isTold);
    expect(runs[0]?.concentrated).toEqual(isTold ? CONCENTRATED : undefined);
  },
);

it('what a seal said of few networks stands beside its count, only where the total is seen', () => {
  const tally: Tally = { total: 150, options: [] };
  const act = { actor: 'a', source: 's', commandId: 'c', atMs: 1 };
  for (const [desk, role, isTold] of [
    ['hidden', 'director', false],
    ['percentages', 'producer', false],
    ['turnout', 'director', true],
    ['hidden', 'verifier', true],
  ] as const) {
    const seal = { runId: RUN, head: 'h', tally, concentrated: CONCENTRATED };
    const closed = { type: 'run.closed', atMs: 2, ...seal } as const;
    const show = evolveEntry(showWith(desk), [closed], { seq: 2, act });
    const [cue] = deskState(show, { roles: [role], serverNowMs: 1, facts: NO_CORE_FACTS }).cues;
    expect(cue?.concentrated).toEqual(isTold ? CONCENTRATED : undefined);
    const command = { type: 'system.seal', ...seal };
    const entry = {
      seq: 2,
      atMs: 2,
      actor: 'a',
      source: 's',
      commandId: 'c',
      type: 'system.seal',
      target: null,
      command,
    };
    const shown = shownEntry({ ...entry, answer: null } as never, [role], show);
    expect(JSON.stringify(shown).includes('concentrated')).toBe(isTold);
  }
});
