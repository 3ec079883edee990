import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { AUDIENCE, type PublicSurface } from '../../shared/domain/public-surface.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { monotonicMs } from '../../shared/domain/time.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { SwitchId, Tally } from '../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { Visibility } from '../../shared/protocol/show-file.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';
import { PublicBoard } from './public-board.ts';

const SHOW = onePoll({ live: { audience: 'counts' } });

function withEvents(state: ShowState, ...events: ShowEvent[]): ShowState {
  const seq = state.revision + 1;
  const act = { actor: 'a', source: 's', commandId: 'c', atMs: 1 };
  return evolveEntry(state, events, { seq, act });
}

it('numbers a state only when it differs, and marks phase changes to go out at once', () => {
  const sent: { state: PublicState; now: boolean }[] = [];
  let tally: Tally = { total: 0, options: [] };
  let nowMs = 10;
  const board = new PublicBoard({
    epoch: 7,
    nowMs: () => nowMs,
    monotonicNow: () => monotonicMs(nowMs),
    measures: () => ({ level: 0, on: [] }),
    spread: { wantedMs: 3_000, isCalm: true },
    liveTally: () => tally,
    surfaces: [AUDIENCE],
    send: (_surface, state, now) => sent.push({ state, now }),
  });
  let show = withEvents(EMPTY_SHOW, { type: 'show.imported', show: SHOW, mode: 'live', showId: 'show' });
  board.post(show);
  expect(sent.map(({ state }) => [state.mode, state.epoch, state.rev])).toEqual([
    ['rehearsal', 7, 1],
    ['live', 7, 1],
  ]);
  sent.length = 0;
  nowMs += 1_000;
  board.post(show);
  show = withEvents(show, { type: 'run.armed', runId: RUN, atMs: 20, override: null });
  board.post(show);
  expect(sent).toEqual([]);

  show = withEvents(show, { type: 'run.opened', runId: RUN, openedAtMs: 30, closesAtMs: 60_030, byPerson: true });
  board.post(show);
  expect(sent).toMatchObject([{ now: true, state: { rev: 2, mode: 'live', poll: { id: 'q1', intake: 'open' } } }]);
  sent.length = 0;

  tally = { total: 1, options: [{ id: 'a' as OptionId, count: 1 }] };
  nowMs += 1_000;
  board.post(show);
  board.post(show);
  expect(sent).toMatchObject([{ now: false, state: { rev: 3, results: { total: 1, final: false } } }]);
  expect(board.states(AUDIENCE).map((s) => s.rev)).toEqual([1, 3]);
});

it('posts each surface for itself: what it may see, numbered by what has changed on it', () => {
  const overlay: PublicSurface = { kind: 'overlay', output: 'main' };
  const api: PublicSurface = { kind: 'api' };
  const sent: [PublicSurface['kind'], PublicState['results']][] = [];
  const board = new PublicBoard({
    epoch: 7,
    nowMs: () => 10,
    monotonicNow: () => monotonicMs(10),
    measures: () => ({ level: 0, on: [] }),
    spread: { wantedMs: 3_000, isCalm: true },
    liveTally: () => ({ total: 1, options: [{ id: 'a' as OptionId, count: 1 }] }),
    surfaces: [AUDIENCE, api, overlay],
    send: (surface, { mode, results }) => mode === 'live' && sent.push([surface.kind, results]),
  });
  const live = onePoll({ live: { api: 'turnout', overlay: 'percentages' } });
  let show = withEvents(EMPTY_SHOW, { type: 'show.imported', show: live, mode: 'live', showId: 'show' });
  show = withEvents(show, { type: 'run.opened', runId: RUN, openedAtMs: 0, closesAtMs: 60_000, byPerson: true });
  board.post(show);
  expect(sent).toMatchObject([
    ['audience', undefined],
    ['api', { visibility: 'turnout', total: 1 }],
    ['overlay', undefined],
  ]);
  sent.length = 0;
  board.post(withEvents(show, { type: 'overlay.taken', surface: 'main', runId: RUN }));
  expect(sent).toMatchObject([['overlay', { visibility: 'percentages', options: [{ id: 'a', share: 1 }] }]]);
  expect(board.states(overlay).map(({ rev }) => rev)).toEqual([1, 2]);
  expect(board.states(AUDIENCE).map(({ rev }) => rev)).toEqual([1, 1]);
  expect(board.states({ kind: 'overlay', output: 'other' })).toEqual([]);
});

describe('the pace of live results', () => {
  let sent: PublicState[];
  let on: SwitchId[];
  let total: number;
  let board: PublicBoard;
  let spread: { wantedMs: number; isCalm: boolean };
  let setByMs: number;
  const opened: ShowEvent = { type: 'run.opened', runId: RUN, openedAtMs: 0, closesAtMs: 3_600_000, byPerson: true };
  const show = withEvents(
    withEvents(EMPTY_SHOW, { type: 'show.imported', show: SHOW, mode: 'live', showId: 'show' }),
    opened,
  );
  /** A vote comes in, and the core looks; as it does four times a second. */
  const vote = () => {
    total += 1;
    board.post(show);
  };
  const voteFor = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      vi.advanceTimersByTime(250);
      vote();
    }
  };
  const agesOf = (states: PublicState[]) => states.map(({ results }) => results?.atMs);

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    sent = [];
    on = [];
    total = 0;
    setByMs = 0;
    spread = { wantedMs: 3_000, isCalm: true };
    board = new PublicBoard({
      epoch: 7,
      nowMs: () => Date.now() + setByMs,
      monotonicNow: () => monotonicMs(performance.now()),
      measures: () => ({ level: 0, on }),
      spread,
      liveTally: () => ({ total, options: [{ id: 'a' as OptionId, count: total }] }),
      surfaces: [AUDIENCE],
      send: (_surface, state) => state.mode === 'live' && sent.push(state),
    });
    board.post(show);
    sent.length = 0;
  });
  afterEach(() => {
    board.stop();
    vi.useRealTimers();
  });

  it('is one state a second, and every three seconds with slower results', () => {
    voteFor(3_000);
    expect(agesOf(sent)).toEqual([1_001_000, 1_002_000, 1_003_000]);
    on = ['results-cadence'];
    vote();
    sent.length = 0;
    voteFor(9_000);
    expect(agesOf(sent)).toEqual([1_006_000, 1_009_000, 1_012_000]);
    expect(sent.map(({ results }) => results?.total)).toEqual([24, 36, 48]);
  });

  it.each([-3_600_000, -600_000, 600_000, 3_600_000])('is the same when somebody sets the clock by %d ms', (byMs) => {
    voteFor(1_000);
    setByMs = byMs;
    sent.length = 0;
    voteFor(3_000);
    expect(sent.map(({ results }) => results?.total)).toEqual([7, 11, 15]);
  });

  it('brings the last votes when their time has come, though nobody votes any more', () => {
    on = ['results-cadence'];
    vote();
    sent.length = 0;
    vote();
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(2_999);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toMatchObject([{ results: { total: 2, atMs: 1_003_000 } }]);
  });

  it('does not hold a phase back, nor the turn of the switch itself', () => {
    on = ['results-cadence'];
    board.post(show);
    expect(sent).toMatchObject([{ hints: { cadenceMs: 3_000 } }]);
    vi.advanceTimersByTime(1);
    board.post(withEvents(show, { type: 'run.closing', runId: RUN, closesAtMs: 1_000_001 }));
    expect(sent).toMatchObject([{ rev: 2 }, { rev: 3, poll: { intake: 'closing' } }]);
  });

  it('does not hold results back that have come or gone, or show less', () => {
    on = ['results-cadence'];
    board.post(show);
    const shown = (visibility: Visibility) =>
      withEvents(show, { type: 'run.revealed', runId: RUN, surface: 'audience', visibility });
    total = 1;
    for (const [visibility, seen] of [
      ['hidden', undefined],
      ['counts', 'counts'],
      ['turnout', 'turnout'],
    ] as const) {
      sent.length = 0;
      vi.advanceTimersByTime(1);
      board.post(shown(visibility));
      expect(sent.map(({ results }) => results?.visibility)).toEqual([seen]);
    }
  });

  it('tells a longer way back with the next phase while people stream in, and by itself once they are here', () => {
    Object.assign(spread, { wantedMs: 5_000, isCalm: false });
    board.post(show);
    expect(sent).toEqual([]);
    const closing = withEvents(show, { type: 'run.closing', runId: RUN, closesAtMs: 1_000_001 });
    board.post(closing);
    expect(sent).toMatchObject([{ poll: { intake: 'closing' }, hints: { jitterMs: 5_000 } }]);
    spread.wantedMs = 12_000;
    board.post(closing);
    expect(sent).toHaveLength(1);
    spread.isCalm = true;
    board.post(closing);
    board.post(closing);
    expect(sent.slice(1)).toMatchObject([{ hints: { jitterMs: 12_000 } }]);
  });
});
