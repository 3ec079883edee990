import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseEdges,
  descriptorsFor,
  type EdgeMachine,
  type EdgeWish,
  MAX_EDGES,
  viewersPerEdge,
} from './edge-count.ts';

const NOTHING: EdgeWish = { capacity: null, audience: null, arrivalsPerS: null, edges: 'auto' };
const MACHINE: EdgeMachine = { descriptorLimit: 20_000, cores: 2, sharesPort: true };
const choose = (wish: Partial<EdgeWish>, machine: Partial<EdgeMachine> = {}) =>
  chooseEdges({ ...NOTHING, ...wish }, { ...MACHINE, ...machine });
const refusalOf = (wish: Partial<EdgeWish>, machine: Partial<EdgeMachine> = {}) => {
  const choice = choose(wish, machine);
  return choice.kind === 'refused' ? choice.message : `chosen: ${choice.edges}`;
};

describe('the number of edges', () => {
  it.each<[string, Partial<EdgeWish>, Partial<EdgeMachine>, number]>([
    ['one, where nothing is asked for', {}, {}, 1],
    ['one for what one holds', { capacity: 18_000 }, {}, 1],
    ['two for one viewer more', { capacity: 18_001 }, {}, 2],
    ['eight for 141,000, whatever the cores', { capacity: 141_000 }, {}, 8],
    ['one for 141,000 where a process may hold enough', { capacity: 141_000 }, { descriptorLimit: 1_048_576 }, 1],
    ['as many as the show expects', { audience: 141_000 }, {}, 8],
    ['for what is asked for and not for what the show expects', { capacity: 100, audience: 141_000 }, {}, 1],
    ['two for 5,001 arrivals a second', { arrivalsPerS: 5_001 }, {}, 2],
    ['no more than cores for arrivals', { arrivalsPerS: 50_000 }, {}, 2],
    ['four for arrivals on eight cores', { arrivalsPerS: 20_000 }, { cores: 8 }, 4],
    ['for arrivals where these ask for more', { capacity: 20_000, arrivalsPerS: 20_000 }, { cores: 8 }, 4],
    ['as many as were set', { edges: 3, capacity: 54_000 }, {}, 3],
    ['the most there may be, where the show expects more', { audience: 10_000_000 }, {}, MAX_EDGES],
    ['one where the port can not be shared', { audience: 141_000, arrivalsPerS: 9_000 }, { sharesPort: false }, 1],
  ])('%s', (_what, wish, machine, edges) => {
    expect(choose(wish, machine)).toMatchObject({ kind: 'chosen', edges });
  });

  it.each<[Partial<EdgeWish>, Partial<EdgeMachine>, string]>([
    [{}, {}, '1 edge holds 18,000 viewers'],
    [{ edges: 2 }, {}, '2 edges hold 36,000 viewers, as many edges as were set'],
    [{ capacity: 141_000 }, {}, '8 edges hold 144,000 viewers, 141,000 were asked for'],
    [{ audience: 141_000 }, {}, '8 edges hold 144,000 viewers, 141,000 are expected'],
    [{ arrivalsPerS: 9_000 }, {}, '2 edges hold 36,000 viewers, as many edges as 9,000 arrivals/s need'],
    [
      { audience: 30_000 },
      { sharesPort: false },
      '1 edge holds 18,000 viewers of the 30,000 expected; this system lets only one have the port, a higher limit of files (ulimit -n) would',
    ],
  ])('says why: %#', (wish, machine, why) => {
    expect(choose(wish, machine)).toMatchObject({ why });
  });

  it('refuses what does not fit, and says what would', () => {
    expect(refusalOf({ capacity: 141_000, edges: 2 })).toBe(
      "141,000 viewers don't fit: 2 edges of 20,000 files each hold 36,000. Either set --edges to 8 or auto, or let a process hold at least 78,334 files (ulimit -n), or ask for at most 36,000 (--capacity).",
    );
    expect(refusalOf({ capacity: 1_000_000 })).toBe(
      "1,000,000 viewers don't fit: 32 edges of 20,000 files each hold 576,000. Either let a process hold at least 34,723 files (ulimit -n), or ask for at most 576,000 (--capacity).",
    );
    expect(refusalOf({ capacity: 20_000 }, { sharesPort: false })).toBe(
      "20,000 viewers don't fit: 1 edge of 20,000 files each holds 18,000. This system lets only one process have the audience port. Either let a process hold at least 22,223 files (ulimit -n), or ask for at most 18,000 (--capacity).",
    );
    expect(refusalOf({ edges: 2 }, { sharesPort: false })).toContain('leave --edges out');
    expect(refusalOf({}, { descriptorLimit: 1 })).toContain('ulimit -n');
  });
});

const wishes = fc.record({
  capacity: fc.option(fc.integer({ min: 1, max: 5_000_000 })),
  audience: fc.option(fc.integer({ min: 0, max: 5_000_000 })),
  arrivalsPerS: fc.option(fc.integer({ min: 0, max: 200_000 })),
  edges: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: MAX_EDGES })),
});
const machines = fc.record({
  descriptorLimit: fc.integer({ min: 100, max: 2_000_000 }),
  cores: fc.integer({ min: 1, max: 128 }),
  sharesPort: fc.boolean(),
});

describe('whatever is asked for, on whatever machine', () => {
  it('what was chosen holds what was asked for, within what there may be, and is never too many', () => {
    fc.assert(
      fc.property(wishes, machines, (wish, machine) => {
        const choice = chooseEdges(wish, machine);
        if (choice.kind === 'refused') return;
        const { edges, capacity } = choice;
        expect(edges).toBeGreaterThanOrEqual(1);
        expect(edges).toBeLessThanOrEqual(machine.sharesPort ? MAX_EDGES : 1);
        expect(capacity).toBe(edges * viewersPerEdge(machine.descriptorLimit));
        expect(capacity).toBeGreaterThanOrEqual(wish.capacity ?? 0);
        if (wish.edges !== 'auto') expect(edges).toBe(wish.edges);
        else if (edges > 1) {
          const fits = (n: number) =>
            n * viewersPerEdge(machine.descriptorLimit) >= (wish.capacity ?? wish.audience ?? 0);
          const keepsUp = (n: number) => n >= machine.cores || n * 5_000 >= (wish.arrivalsPerS ?? 0);
          expect(fits(edges - 1) && keepsUp(edges - 1), 'one fewer would do').toBe(false);
        }
      }),
    );
  });

  it('a refusal is one only for what was asked for by name, and each way out that it names is one', () => {
    fc.assert(
      fc.property(wishes, machines, (wish, machine) => {
        const choice = chooseEdges(wish, machine);
        if (choice.kind === 'chosen') return;
        expect(wish.capacity !== null || wish.edges !== 'auto').toBe(true);
        const named = (pattern: RegExp) => {
          const digits = pattern.exec(choice.message)?.[1]?.replaceAll(',', '');
          return digits === undefined ? null : Number(digits);
        };
        const edges = named(/set --edges to (\d+)/);
        const descriptorLimit = named(/at least ([\d,]+) files/);
        const capacity = named(/ask for at most ([\d,]+)/);
        const ways = [
          edges === null ? null : chooseEdges({ ...wish, edges }, machine),
          descriptorLimit === null ? null : chooseEdges(wish, { ...machine, descriptorLimit }),
          capacity === null ? null : chooseEdges({ ...wish, capacity }, machine),
          choice.message.includes('leave --edges out')
            ? chooseEdges({ ...wish, edges: 'auto', capacity: null }, machine)
            : null,
        ].filter((way) => way !== null);
        expect(ways.length).toBeGreaterThan(0);
        for (const way of ways) expect(way.kind, choice.message).toBe('chosen');
        if (descriptorLimit !== null) {
          expect(chooseEdges(wish, { ...machine, descriptorLimit: descriptorLimit - 1 }).kind).toBe('refused');
        }
      }),
    );
  });

  it('the least number of files is the least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1, max: MAX_EDGES }), (viewers, edges) => {
        const limit = descriptorsFor(viewers, edges);
        expect(viewersPerEdge(limit) * edges).toBeGreaterThanOrEqual(viewers);
        expect(viewersPerEdge(limit - 1) * edges).toBeLessThan(viewers);
      }),
    );
  });
});
