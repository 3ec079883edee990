import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bounds, FILE_BOUNDS, jsonBeyond, valueBeyond } from './bounds.ts';

const nestedText = (depth: number) => `${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`;
const SMALL: Bounds = { depth: 3, entries: 5, characters: 20 };

test('depth counts the outermost object, in a text and in a value alike', () => {
  expect(jsonBeyond(nestedText(32), FILE_BOUNDS)).toBeNull();
  expect(valueBeyond(JSON.parse(nestedText(32)), FILE_BOUNDS)).toBeNull();
  expect(jsonBeyond(nestedText(34), FILE_BOUNDS)).toMatchObject({ what: 'depth', offset: 16 * 6 });
  expect(valueBeyond(JSON.parse(nestedText(34)), FILE_BOUNDS)).toMatchObject({ what: 'depth' });
});

test('a value nested a hundred thousand deep is judged and ends nobody', () => {
  const deep = nestedText(100_000);
  expect(() => JSON.stringify(JSON.parse(deep))).toThrow(RangeError);
  expect(valueBeyond(JSON.parse(deep), { ...FILE_BOUNDS, depth: 1_000_000 })).toBeNull();
  expect(valueBeyond(JSON.parse(deep), FILE_BOUNDS)?.message).toBe('is nested more than 32 deep');
});

test('keys and list entries count, and so do their characters and bytes', () => {
  expect(valueBeyond({ a: [1, 2, 3, 4] }, SMALL)).toBeNull();
  expect(valueBeyond({ a: [1, 2, 3, 4, 5] }, SMALL)?.what).toBe('entries');
  expect(jsonBeyond('{"a":[1,2,3]}', SMALL)).toBeNull();
  expect(jsonBeyond('{"a":[1,2,3,4,5,6]}', { ...SMALL, characters: 100 })?.what).toBe('entries');
  expect(valueBeyond({ ['k'.repeat(21)]: 0 }, SMALL)?.what).toBe('characters');
  expect(valueBeyond(['x'.repeat(10), 'x'.repeat(11)], SMALL)?.what).toBe('characters');
  expect(valueBeyond([Buffer.alloc(21)], SMALL)?.what).toBe('characters');
  expect(jsonBeyond(`"${'x'.repeat(20)}"`, SMALL)?.what).toBe('characters');
});

test('brackets, commas and escaped quotes within texts count for nothing', () => {
  expect(jsonBeyond('"[[[[\\",,,,"', { ...SMALL, depth: 1, entries: 1 })).toBeNull();
});

test('a text within the bounds makes a value within them', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 8 }), (value, depth) => {
      const bounds = { depth, entries: 30, characters: 300 };
      if (jsonBeyond(JSON.stringify(value), bounds) === null) expect(valueBeyond(value, bounds)).toBeNull();
    }),
  );
});
