import { expect, it } from 'vitest';
import { FrameBudget } from './frame-budget.ts';
import { EDGE_LIMITS } from './limits.ts';

const budget = () => new FrameBudget(EDGE_LIMITS.framesPerSocket, 1_000);

it('lets a client go on for hours that pings every second, answers pings and casts forty ballots at once', () => {
  const frames = budget();
  const client = { spent: 0, spentAtTurn: 0 };
  for (let turn = 1; turn < 4 * 3_600; turn += 1) {
    for (let i = 0; i < (turn % 300 === 0 ? 40 : 0); i += 1) expect(frames.pays(client, true, turn)).toBe(true);
    for (let i = 0; i < 3; i += 1) expect(frames.pays(client, false, turn)).toBe(true);
  }
});

it('lets nobody send more than so many at once and so many a second, and ballots a hundred times as many', () => {
  for (const [isBallot, times] of [
    [false, 1],
    [true, 100],
  ] as const) {
    const frames = budget();
    const client = { spent: 0, spentAtTurn: 0 };
    let taken = 0;
    while (frames.pays(client, isBallot, 5)) taken += 1;
    expect(taken).toBe(200 * times);
    const more = { spent: client.spent, spentAtTurn: 5 };
    taken = 0;
    while (frames.pays(more, isBallot, 8)) taken += 1;
    expect(taken).toBeGreaterThanOrEqual(29 * times);
    expect(taken).toBeLessThanOrEqual(30 * times);
  }
});

it('forgives the delay of a process that stood still: what waited meanwhile comes in one turn', () => {
  const client = { spent: 0, spentAtTurn: 0 };
  const frames = budget();
  for (let i = 0; i < 100; i += 1) expect(frames.pays(client, false, 1)).toBe(true);
});
