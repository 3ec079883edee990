import { expect, test } from 'vitest';
import { quotedApart } from './quoted-apart.ts';

test('each name in quotation marks keeps to itself where it runs from right to left', () => {
  expect(quotedApart('"מי ינצח?" is open; "عمر" waits.')).toBe(
    '"\u2068מי ינצח?\u2069" is open; "\u2068عمر\u2069" waits.',
  );
});

test('other sentences stay as they came', () => {
  expect(quotedApart('"Who wins?" is open.')).toBe('"Who wins?" is open.');
  expect(quotedApart('5 s are left')).toBe('5 s are left');
  expect(quotedApart('a 7" single')).toBe('a 7" single');
});
