import { describe, expect, it } from 'vitest';
import { Ballot, ClientFrame, MAX_MESSAGE_BYTES, Receipt } from './audience.ts';
import { BallotId, type PollId, RunId, runIdOf } from './ids.ts';

const BALLOT = { id: 'b-1', pollId: 'best', round: 1, choice: ['a'] };

describe('a ballot', () => {
  it('has an id of 1 to 64 safe characters', () => {
    for (const id of ['a', 'A_z-9', 'x'.repeat(64)]) expect([id, BallotId.safeParse(id).success]).toEqual([id, true]);
    for (const id of ['', 'x'.repeat(65), 'a b', 'ä', '../x', 'a\n']) {
      expect([id, BallotId.safeParse(id).success]).toEqual([id, false]);
    }
  });

  it.each([
    ['no choice', { choice: undefined }],
    ['a choice that is no list', { choice: 'a' }],
    ['a number as option', { choice: [1] }],
    ['a round that is none', { round: 0 }],
    ['half a round', { round: 1.5 }],
    ['a round as text', { round: '1' }],
    ['a time that is no number', { castAtMs: 'now' }],
  ])('is none with %s', (_, change) => {
    expect(Ballot.safeParse(BALLOT).success).toBe(true);
    expect(Ballot.safeParse({ ...BALLOT, ...change }).success).toBe(false);
  });

  it('of the longest kind fits the message limit', () => {
    const long = (n: number) => 'x'.repeat(62) + String(n).padStart(2, '0');
    const ballot = {
      id: long(0),
      pollId: long(1),
      round: 100_000,
      choice: Array.from({ length: 50 }, (_, i) => long(i)),
    };
    expect(Ballot.safeParse(ballot).success).toBe(true);
    expect(Buffer.byteLength(JSON.stringify({ t: 'ballot', ...ballot }))).toBeLessThan(MAX_MESSAGE_BYTES);
  });
});

describe('a frame', () => {
  it('ignores unknown fields and refuses unknown types', () => {
    expect(ClientFrame.parse({ t: 'ping', extra: 1 })).toEqual({ t: 'ping' });
    expect(ClientFrame.parse({ t: 'ballot', ...BALLOT, extra: 1 })).toEqual({ t: 'ballot', ...BALLOT });
    expect(ClientFrame.safeParse({ t: 'shout' }).success).toBe(false);
  });

  it('says hello with a token or without one, but says which', () => {
    expect(ClientFrame.safeParse({ t: 'hello', token: null }).success).toBe(true);
    expect(ClientFrame.safeParse({ t: 'hello' }).success).toBe(false);
  });
});

describe('a receipt', () => {
  it('has one of the five words', () => {
    const receipt = { ballotId: 'b-1', pollId: 'best', round: 1, status: 'accepted', atMs: 1 };
    expect(Receipt.safeParse(receipt).success).toBe(true);
    expect(Receipt.safeParse({ ...receipt, status: 'malformed' }).success).toBe(false);
  });
});

describe('a run’s id', () => {
  it('names cue, mode and round, and the longest one is still an id', () => {
    expect(runIdOf('best' as PollId, 'live', 2)).toBe('best:live:2');
    expect(RunId.safeParse(runIdOf('x'.repeat(64) as PollId, 'rehearsal', 100_000)).success).toBe(true);
  });
});
