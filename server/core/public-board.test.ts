import { expect, it } from 'vitest';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import type { PublicState } from '../../shared/protocol/audience.ts';
import type { Tally } from '../../shared/protocol/desk.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import { PublicBoard } from './public-board.ts';
import { onePoll, RUN } from './testing/one-poll.test-part.ts';

const SHOW = onePoll({ live: { audience: 'counts' } });

function after(state: ShowState, ...events: ShowEvent[]): ShowState {
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
    liveTally: () => tally,
    send: (state, now) => sent.push({ state, now }),
  });
  let show = after(EMPTY_SHOW, { type: 'show.imported', show: SHOW, mode: 'live' });
  board.post(show);
  expect(sent.map(({ state }) => [state.mode, state.epoch, state.rev])).toEqual([
    ['rehearsal', 7, 1],
    ['live', 7, 1],
  ]);
  sent.length = 0;
  nowMs += 1_000;
  board.post(show);
  show = after(show, { type: 'run.armed', runId: RUN, atMs: 20, override: null });
  board.post(show);
  expect(sent).toEqual([]);

  show = after(show, { type: 'run.opened', runId: RUN, openedAtMs: 30, closesAtMs: 60_030, byPerson: true });
  board.post(show);
  expect(sent).toMatchObject([{ now: true, state: { rev: 2, mode: 'live', poll: { id: 'q1', intake: 'open' } } }]);
  sent.length = 0;

  tally = { total: 1, options: [{ id: 'a' as OptionId, count: 1 }] };
  nowMs += 1_000;
  board.post(show);
  board.post(show);
  expect(sent).toMatchObject([{ now: false, state: { rev: 3, results: { total: 1, final: false } } }]);
  expect(board.states().map((s) => s.rev)).toEqual([1, 3]);
});
