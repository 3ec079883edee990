import { expect, test } from 'vitest';
import { keptOrder } from './networks-order.ts';

const row = (key: string, ballots: number, tokens = 0) => ({ key, by: [ballots, tokens] as const });
const keys = (rows: readonly { key: string }[]) => rows.map(({ key }) => key).join(' ');

test('at first the one with most ballots stands first, and of equals the one with most tokens', () => {
  expect(keys(keptOrder([], [row('a', 10, 5), row('b', 30), row('c', 10, 9)]))).toBe('b c a');
});

test('equals keep the places that they have', () => {
  const rows = [row('a', 10), row('b', 10), row('c', 10)];
  expect(keys(keptOrder(['c', 'a', 'b'], rows))).toBe('c a b');
});

test('a row that is a vote ahead does not move yet; one that really overtook does', () => {
  expect(keys(keptOrder(['a', 'b'], [row('a', 1_000), row('b', 1_001)]))).toBe('a b');
  expect(keys(keptOrder(['a', 'b'], [row('a', 1_000), row('b', 1_021)]))).toBe('b a');
});

test('two that grow side by side do not change places at every figure', () => {
  let order = ['a', 'b'];
  const seen = new Set<string>();
  for (let n = 1; n < 60; n += 1) {
    const rows = [row('a', 1_000 + n * 10), row('b', 1_000 + n * 10 + (n % 2 === 0 ? 4 : -4))];
    order = keptOrder(order, rows).map(({ key }) => key);
    seen.add(order.join(' '));
  }
  expect([...seen]).toEqual(['a b']);
});

test('a row that shoots up passes all that are below it at once', () => {
  expect(keys(keptOrder(['a', 'b', 'c'], [row('a', 10), row('b', 9), row('c', 500)]))).toBe('c a b');
});

test('a row that comes stands where it belongs, one that goes leaves the others as they were', () => {
  const rows = [row('a', 1_000), row('b', 1_001), row('new', 500), row('c', 400)];
  expect(keys(keptOrder(['a', 'b', 'c'], rows))).toBe('a b new c');
  expect(keys(keptOrder(['a', 'b', 'c'], [row('a', 1_000), row('c', 400)]))).toBe('a c');
});

test('where nobody may know the ballots, the tokens decide', () => {
  expect(keys(keptOrder(['a', 'b'], [row('a', 0, 10), row('b', 0, 40)]))).toBe('b a');
});
