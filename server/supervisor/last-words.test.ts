import { expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

test('few words are told as they are', () => {
  expect(lastWords([])).toBe('');
  expect(lastWords(['Error: out of luck', '    at fate'])).toBe('Error: out of luck\n    at fate');
});

test('of many the last lines are told, each whole, and where the rest is', () => {
  const lines = Array.from({ length: 20 }, (_, n) => `${n} `.padEnd(400, 'x'));
  const [note, ...told] = lastWords(lines).split('\n');
  expect(note).toContain('the log');
  expect(told).toEqual(lines.slice(-4));
});

test('of one line that is too long by itself the beginning is told', () => {
  const text = lastWords(['before', `Error: ${'x'.repeat(64 * 1024)}`]);
  expect(text).toMatch(/the log.*\nError: x+…$/);
  expect(text.length).toBeLessThan(2_100);
});
