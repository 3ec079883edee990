import { expect, test } from 'vitest';
import { sameValue } from './same-value.ts';

test('values that say the same are the same, however deep', () => {
  expect(sameValue({ rows: [{ id: 'a', off: null }], end: 1 }, { end: 1, rows: [{ id: 'a', off: null }] })).toBe(true);
  expect(sameValue([Number.NaN, undefined], [Number.NaN, undefined])).toBe(true);
});

test('a member more, less, elsewhere or of another kind makes them differ', () => {
  expect(sameValue({ a: 1 }, { a: 1, b: undefined })).toBe(false);
  expect(sameValue({ a: undefined }, { b: undefined })).toBe(false);
  expect(sameValue([1, 2], [2, 1])).toBe(false);
  expect(sameValue([1], { 0: 1 })).toBe(false);
  expect(sameValue({ a: { b: 1 } }, { a: { b: 2 } })).toBe(false);
  expect(sameValue(null, {})).toBe(false);
});

test('what is no plain data is the same only as itself', () => {
  const seen = new Set(['a']);
  expect(sameValue({ seen }, { seen })).toBe(true);
  expect(sameValue({ seen }, { seen: new Set(['a']) })).toBe(false);
  expect(sameValue({ at: new Date(0) }, { at: new Date(0) })).toBe(false);
});
