import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Follower, ringOf, triggerFaults } from './cue-triggers.ts';

const rundown = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc
      .array(fc.option(fc.nat(count - 1), { nil: undefined }), { minLength: count, maxLength: count })
      .map((all) =>
        all.map(
          (after, i): Follower =>
            after === undefined ? { id: `c${i}` } : { id: `c${i}`, trigger: { after: `c${after}` } },
        ),
      ),
  );

test('a ring is told once, and a rundown without one has no fault', () => {
  fc.assert(
    fc.property(rundown, (cues) => {
      const byId = new Map(cues.map((cue) => [cue.id, cue]));
      const members = (ring: string) => [...new Set(ring.split(' → '))].sort().join();
      const rings = new Set(cues.flatMap(({ id }) => ringOf(id, byId) ?? []).map(members));
      const faults = triggerFaults(cues);
      expect(faults).toHaveLength(rings.size);
      for (const { at } of faults) expect(ringOf(cues[at]?.id ?? '', byId)).not.toBeNull();
    }),
    { numRuns: 500, seed: 11 },
  );
});

test('a cue that follows a ring is in none itself', () => {
  const byId = new Map<string, Follower>(
    [
      ['first', 'a'],
      ['a', 'b'],
      ['b', 'a'],
    ].map(([id = '', after]) => [id, { id, trigger: { after } }]),
  );
  expect([ringOf('first', byId), ringOf('a', byId)]).toEqual([null, 'a → b → a']);
});
