import type { Hints, PublicPoll, PublicState, Receipt, ServerFrame } from '../../../shared/protocol/audience.ts';
import type { BallotId, OptionId, PollId, VoterId } from '../../../shared/protocol/ids.ts';

export const SERVER_NOW_MS = 1_800_000_000_000;
export const FINAL = 'final' as PollId;
export const LEO = 'leo' as OptionId;
export const MIRA = 'mira' as OptionId;
export const CHOIR = 'choir' as OptionId;

export const CALM: Hints = { level: 0, cadenceMs: 2_000, jitterMs: 1_000, retryAfterMs: 500, transport: 'ws' };

/** An open single choice with 23 of its 90 seconds left. */
export function poll(over: Partial<PublicPoll> = {}): PublicPoll {
  return {
    id: FINAL,
    round: 1,
    kind: 'single',
    text: 'Who sings the final song?',
    options: [
      { id: LEO, text: 'Leo Okafor' },
      { id: MIRA, text: 'Mira Solberg' },
      { id: CHOIR, text: 'The Night Choir' },
    ],
    min: 1,
    max: 1,
    intake: 'open',
    openedAtMs: SERVER_NOW_MS - 67_000,
    closesAtMs: SERVER_NOW_MS + 23_000,
    graceMs: 2_000,
    ...over,
  };
}

/** The same poll as it stands while it is paused: no closing time, what is left instead. */
export function pausedPoll(remainingMs: number): PublicPoll {
  const { closesAtMs: _, ...rest } = poll();
  return { ...rest, intake: 'paused', remainingMs };
}

export function state(over: Partial<PublicState> = {}): PublicState {
  return { v: 1, epoch: 1, rev: 1, show: 'finale', mode: 'live', title: 'Saturday Finale', hints: CALM, ...over };
}

export function welcome(over: { token?: string; state?: PublicState }): ServerFrame {
  return {
    t: 'welcome',
    ...(over.token === undefined ? {} : { token: over.token }),
    voterId: 'voter' as VoterId,
    serverNowMs: SERVER_NOW_MS,
    state: over.state ?? state(),
  };
}

export function receipt(ballotId: BallotId, over: Partial<Receipt> = {}): Receipt {
  return {
    ballotId,
    pollId: FINAL,
    round: 1,
    status: 'accepted',
    ref: '7F3K-91QD',
    atMs: SERVER_NOW_MS + 100,
    ...over,
  };
}

/** A browser's storage in memory; two stores over the same one are two loads of the page. */
export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (index) => [...items.keys()][index] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}
