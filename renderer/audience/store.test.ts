import { expect, test, vi } from 'vitest';
import type { BallotId } from '../../shared/protocol/ids.ts';
import { createStore } from './store.ts';
import { LEO, memoryStorage, poll, state } from './testing/samples.ts';
import { newVote, type Vote } from './vote.ts';

function vote(round: number): Vote {
  return newVote({
    state: state(),
    poll: poll({ round, openedAtMs: 1_000 + round }),
    choice: [LEO],
    ballotId: `ballot-${round}` as BallotId,
    castAtMs: null,
  });
}

test('token, votes and draft are there after a reload', () => {
  const storage = memoryStorage();
  const before = createStore(() => storage);
  before.setToken('live', 'seat', null);
  before.putVote(vote(1));
  before.setDraft({ key: 'live:final:2', choice: [LEO] });
  const after = createStore(() => storage);
  expect(after.lasting()).toBe(true);
  expect(after.token('live')).toBe('seat');
  expect(after.token('rehearsal')).toBeNull();
  expect(after.votes()).toEqual([vote(1)]);
  expect(after.draft()).toEqual({ key: 'live:final:2', choice: [LEO] });
});

test('two tabs that vote in different polls keep both votes', () => {
  const storage = memoryStorage();
  const [one, two] = [createStore(() => storage), createStore(() => storage)];
  one.putVote(vote(1));
  two.putVote(vote(2));
  expect(one.votes()).toEqual([vote(1), vote(2)]);
});

test('where storage is forbidden the page goes on in memory and says that nothing lasts', () => {
  const store = createStore(() => {
    throw new Error('SecurityError');
  });
  store.setToken('live', 'seat', null);
  store.putVote(vote(1));
  expect(store.lasting()).toBe(false);
  expect(store.token('live')).toBe('seat');
  expect(store.votes()).toEqual([vote(1)]);
});

test('storage that fills up in the middle of a show loses nothing of this page', () => {
  const storage = memoryStorage();
  const store = createStore(() => storage);
  store.setToken('live', 'old seat', null);
  storage.setItem = () => {
    throw new Error('QuotaExceededError');
  };
  store.setToken('live', 'new seat', null);
  expect(store.token('live')).toBe('new seat');
  expect(store.lasting()).toBe(false);
});

test('the oldest receipts make room for new ones', () => {
  const store = createStore(memoryStorage);
  for (let round = 1; round <= 65; round += 1) store.putVote(vote(round));
  const rounds = store.votes().map(({ round }) => round);
  expect(rounds).toHaveLength(60);
  expect(rounds).not.toContain(5);
  expect(rounds).toContain(65);
});

test('an entry that can’t be read is dropped and named in the console', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const storage = memoryStorage();
  storage.setItem('tallyroom.vote.live:final:1', '{half');
  expect(createStore(() => storage).votes()).toEqual([]);
  expect(storage.getItem('tallyroom.vote.live:final:1')).toBeNull();
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
