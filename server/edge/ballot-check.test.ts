import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ballot } from '../../shared/protocol/audience.ts';
import { namedBallot, namedRun, readBallot } from './ballot-check.ts';

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const nearlyId = fc.oneof(
  { weight: 6, arbitrary: id },
  fc.string(),
  fc.constantFrom('', 'a\n', 'ä', 'x'.repeat(65)),
  fc.jsonValue(),
);
const nearlyRound = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  fc.constantFrom(0, -0, -1, 1.5, 100_001, 1e300),
  fc.jsonValue(),
);
const nearlyChoice = fc.oneof(
  { weight: 6, arbitrary: fc.array(id, { maxLength: 5 }) },
  fc.array(nearlyId, { maxLength: 5 }),
  fc.constantFrom(Array(50).fill('a'), Array(51).fill('a')),
  fc.jsonValue(),
);
const nearlyTime = fc.oneof(fc.integer(), fc.constantFrom(2 ** 53, 2 ** 53 - 1, -(2 ** 53), 0.5, null), fc.jsonValue());
const nearlyBallot = fc.record(
  {
    id: nearlyId,
    pollId: nearlyId,
    round: nearlyRound,
    choice: nearlyChoice,
    castAtMs: nearlyTime,
    extra: fc.jsonValue(),
  },
  { requiredKeys: ['id', 'pollId', 'round', 'choice'] },
);

describe('the hand-written ballot check', () => {
  it('takes exactly what the schema takes, and reads the same from it', () => {
    let good = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 8, arbitrary: nearlyBallot }, fc.jsonValue()), (value) => {
        const onTheWire: unknown = JSON.parse(JSON.stringify(value));
        const bySchema = Ballot.safeParse(onTheWire);
        expect(readBallot(onTheWire)).toEqual(bySchema.success ? bySchema.data : null);
        if (bySchema.success) good += 1;
      }),
      { numRuns: 5_000 },
    );
    expect(good).toBeGreaterThan(100);
  });

  it('tells which run and which ballot a broken message names, where it does', () => {
    expect(namedRun({ pollId: 'q', round: 2, choice: 7 })).toEqual({ pollId: 'q', round: 2 });
    expect(namedRun({ pollId: 'q', round: 'two' })).toBeNull();
    expect(namedRun(null)).toBeNull();
    expect(namedBallot({ id: 'b1' })).toBe('b1');
    expect(namedBallot({ id: 'not an id' })).toBeNull();
    expect(namedBallot('b1')).toBeNull();
  });
});
