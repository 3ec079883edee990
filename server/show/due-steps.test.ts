import { expect, it } from 'vitest';
import { decideSystem } from '../../shared/domain/decide.ts';
import type { ShowEvent } from '../../shared/domain/events.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { deadlinesOf } from './due-steps.ts';
import { onePoll, RUN } from './one-poll.test-part.ts';

function showAfter(...events: ShowEvent[]): ShowState {
  const act = { actor: 'operator', source: 's', commandId: 'c', atMs: 1 };
  const imported: ShowEvent = { type: 'show.imported', show: onePoll({}), mode: 'live', showId: 'show' };
  return evolveEntry(EMPTY_SHOW, [imported, ...events], { seq: 1, act });
}

const armed: ShowEvent = { type: 'run.armed', runId: RUN, atMs: 1_000, override: null };
const opened: ShowEvent = { type: 'run.opened', runId: RUN, openedAtMs: 2_000, closesAtMs: 62_000, byPerson: true };
const closing: ShowEvent = { type: 'run.closing', runId: RUN, closesAtMs: 62_000 };
const pinned: ShowEvent = {
  ...{ type: 'switch.set', switch: 'results-cadence', position: 'on', reason: 'slow edges' },
  revertAtMs: 9_000,
};

it.each([
  ['an armed cue', [armed], 'run.disarmed', 301_000],
  ['an open poll', [armed, opened], 'run.closing', 62_000],
] as const)('%s leads to a step that is taken at its time and not a millisecond before', (_of, events, type, atMs) => {
  const show = showAfter(...events);
  const [deadline, ...others] = deadlinesOf(show).values();
  expect(others).toEqual([]);
  if (deadline === undefined || !('step' in deadline.leadsTo)) throw new Error('it leads to no step');
  expect(deadline.atMs).toBe(atMs);
  expect(decideSystem(show, deadline.leadsTo.step, atMs)).toMatchObject([{ type }]);
  expect(decideSystem(show, deadline.leadsTo.step, atMs - 1)).toMatchObject({ code: 'wrong-intake' });
});

it('a window that is over leads to the ending of its run when the grace has passed', () => {
  const show = showAfter(armed, opened, closing);
  expect([...deadlinesOf(show).values()]).toMatchObject([
    { due: 'seal', atMs: 64_000, leadsTo: { ends: show.runs[RUN] } },
  ]);
});

it('a pin leads back to automatic, and says whose it was and why', () => {
  const show = showAfter(pinned);
  const [deadline] = deadlinesOf(show).values();
  if (deadline === undefined || !('step' in deadline.leadsTo)) throw new Error('it leads to no step');
  expect(deadline.leadsTo.step).toMatchObject({ reason: expect.stringMatching(/operator.*pinned it on: slow edges/) });
  expect(decideSystem(show, deadline.leadsTo.step, 9_000)).toEqual([
    { type: 'switch.reverted', switch: 'results-cadence' },
  ]);
});

it('nothing is due of what waits for people only', () => {
  const paused: ShowEvent = { type: 'run.paused', runId: RUN, atMs: 3_000, remainingMs: 1, reason: 'r' };
  for (const events of [[], [armed, opened, paused]]) expect(deadlinesOf(showAfter(...events)).size).toBe(0);
});
