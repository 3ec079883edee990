import { describe, expect, it } from 'vitest';
import type { RunRule } from '../protocol/backplane.ts';
import type { OptionId } from '../protocol/ids.ts';
import { judge, type RunFacts, type Verdict } from './judge.ts';
import { ruleOf } from './testing/run-rules.test-part.ts';

const choice = (...ids: string[]) => ids as OptionId[];

interface Case {
  rule?: Partial<RunRule> | null;
  facts?: Partial<RunFacts>;
  choice?: OptionId[];
  receivedAtMs?: number;
  slotsUsed?: number;
}

function verdict({
  rule = {},
  facts = {},
  choice: chosen = choice('a'),
  receivedAtMs = 1_000,
  slotsUsed = 0,
}: Case): Verdict {
  return judge(
    { choice: chosen, receivedAtMs },
    {
      rule: rule === null ? null : ruleOf(rule),
      inLedger: rule !== null,
      sealed: false,
      saltDestroyed: false,
      ...facts,
    },
    slotsUsed,
  );
}

describe('a ballot that is new to the box', () => {
  const open = { intake: 'open', openedAtMs: 0, closesAtMs: 10_000, graceMs: 2_000 } as const;
  const closing = { ...open, intake: 'closing' } as const;
  const paused = { ...open, intake: 'paused', closesAtMs: null, pausedAtMs: 5_000 } as const;

  it.each<[string, Case, Verdict]>([
    [
      'of a run whose mode the show has left',
      { rule: { intake: 'verified', closesAtMs: 1, modeIsOn: false } },
      'not-eligible',
    ],
    ['counts while the run is open', { rule: open }, 'accepted'],
    ['counts at the very end of the grace', { rule: open, receivedAtMs: 12_000 }, 'accepted'],
    ['is late one millisecond after the grace', { rule: open, receivedAtMs: 12_001 }, 'late'],
    ['counts while closing, when it was in time', { rule: closing, receivedAtMs: 12_000 }, 'accepted'],
    ['is late while closing, when it was not', { rule: closing, receivedAtMs: 12_001 }, 'late'],
    ['is not eligible for a run that nobody told of', { rule: null }, 'not-eligible'],
    ['waits for the rule of a run that has been on before', { rule: null, facts: { inLedger: true } }, 'unavailable'],
    ['is late for a sealed run without a rule', { rule: null, facts: { inLedger: true, sealed: true } }, 'late'],
    [
      'is late for an archived run without a rule',
      { rule: null, facts: { inLedger: true, saltDestroyed: true } },
      'late',
    ],
    ['is not eligible for a draft', { rule: { intake: 'draft' } }, 'not-eligible'],
    ['is not eligible for a ready run', { rule: { intake: 'ready' } }, 'not-eligible'],
    [
      'is not eligible for an armed run, whatever it chose',
      { rule: { intake: 'armed' }, choice: choice('?') },
      'not-eligible',
    ],
    ['is late for a closed run', { rule: { ...open, intake: 'closed' } }, 'late'],
    ['is late for a verified run', { rule: { ...open, intake: 'verified' } }, 'late'],
    ['is late for an archived run', { rule: { ...open, intake: 'archived' } }, 'late'],
    ['is late for a revoked run', { rule: { ...open, intake: 'revoked' } }, 'late'],
    ['is late for a void run', { rule: { ...open, intake: 'void' } }, 'late'],
    ['is late for a sealed run', { rule: closing, facts: { sealed: true } }, 'late'],
    ['is late when the salt is gone', { rule: closing, facts: { saltDestroyed: true } }, 'late'],
    ['is malformed with an unknown option', { rule: open, choice: choice('z') }, 'malformed'],
    ['is malformed with an option twice', { rule: { ...open, max: 2 }, choice: choice('a', 'a') }, 'malformed'],
    ['is malformed with fewer options than the least', { rule: open, choice: [] }, 'malformed'],
    ['is malformed with more options than the most', { rule: open, choice: choice('a', 'b') }, 'malformed'],
    ['is malformed rather than late', { rule: { ...open, intake: 'closed' }, choice: choice('z') }, 'malformed'],
    ['waits while the run is paused', { rule: paused, receivedAtMs: 5_000 }, 'paused'],
    ['counts while the run is paused, when it came before', { rule: paused, receivedAtMs: 4_999 }, 'accepted'],
    [
      'waits while paused even when the voter is through',
      { rule: paused, receivedAtMs: 5_000, slotsUsed: 1 },
      'paused',
    ],
    ['is not eligible for a note', { rule: { ...open, kind: 'note' } }, 'not-eligible'],
    ['is not eligible for a call to action', { rule: { ...open, kind: 'cta' } }, 'not-eligible'],
    [
      'is not eligible for one either with an option that it lacks',
      { rule: { ...open, kind: 'cta' }, choice: choice('z') },
      'not-eligible',
    ],
    ['is not eligible for a reaction', { rule: { ...open, kind: 'reaction' }, slotsUsed: 9 }, 'not-eligible'],
    ['is a duplicate when the one allowed is used', { rule: open, slotsUsed: 1 }, 'duplicate'],
    ['counts when one of three is used', { rule: { ...open, maxBallots: 3 }, slotsUsed: 2 }, 'accepted'],
    ['is over the limit when all three are used', { rule: { ...open, maxBallots: 3 }, slotsUsed: 3 }, 'over-limit'],
  ])('%s', (_sentence, facts, expected) => {
    expect(verdict(facts)).toBe(expected);
  });
});
