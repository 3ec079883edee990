import { expect, test } from 'vitest';
import { isolated } from './isolated.ts';

test('a text that runs from right to left is kept apart from the sentence that it stands in', () => {
  expect(isolated('מי ינצח?')).toBe('\u2068מי ינצח?\u2069');
  expect(isolated('من سيفوز؟')).toBe('\u2068من سيفوز؟\u2069');
  expect(isolated('a \u202eturned')).toBe('\u2068a \u202eturned\u2069');
});

test('any other stays as it is', () => {
  expect(isolated('Who sings? Ça va, Škoda, Ελλάδα, 決勝')).toBe('Who sings? Ça va, Škoda, Ελλάδα, 決勝');
});
