import { expect, test } from 'vitest';
import { fill } from './sections.ts';

const DOCUMENT = 'By hand.\n<!-- generated: one -->\nold\n<!-- end of one -->\nBy hand too.\n';

test('only what stands between the marks is replaced, again and again', () => {
  const filled = fill(DOCUMENT, { one: 'new $& text' });
  expect(filled).toBe('By hand.\n<!-- generated: one -->\nnew $& text\n<!-- end of one -->\nBy hand too.\n');
  expect(fill(filled, { one: 'old' })).toBe(DOCUMENT);
});

test('marks that nothing fills and text without marks are refused', () => {
  expect(() => fill(DOCUMENT, {})).toThrow('one');
  expect(() => fill(DOCUMENT, { one: '', two: '' })).toThrow('two');
});
