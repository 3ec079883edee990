import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOffset, lineOfPath } from './json-lines.ts';

const text = `{
  "title": "A \\"quoted\\", [tricky] {title}",
  "cues": [
    { "id": "a", "options": [] },
    {
      "id": "b",
      "n": -1.5e3
    }
  ]
}`;

test.each([
  [[], 1],
  [['title'], 2],
  [['cues', 0, 'options'], 4],
  [['cues', 1], 5],
  [['cues', 1, 'n'], 7],
])('finds the line of %j', (path, line) => {
  expect(lineOfPath(text, path)).toBe(line);
});

test('names the nearest value above where the path leads nowhere', () => {
  expect(lineOfPath(text, ['cues', 1, 'text'])).toBe(5);
});

test('reads whatever JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (before) => {
      const pretty = JSON.stringify({ before, after: 1 }, null, 1);
      const line = pretty.split('\n').length - 1;
      expect(lineOfPath(pretty, ['after'])).toBe(line);
    }),
  );
});

test.each([
  ['{ "a": [,] }', 8],
  ['{ "a": 1\n "b": 2 }', 10],
  ['{ "a": tru, "b": 2 }', 10],
  ['{ "a": 1,\n', 10],
  ['{ "a": "x\ny" }', 9],
  ['{}\n}', 3],
  ['', 0],
])('finds where %j stops being JSON', (broken, offset) => {
  expect(faultOffset(broken)).toBe(offset);
});

test('finds a stray character wherever it stands between two values', () => {
  const whole = JSON.stringify([1, 'two', { three: [3] }]);
  fc.assert(
    fc.property(fc.constantFrom(...[...whole.matchAll(/[,\]}]/g)].map((match) => match.index)), (at) => {
      expect(faultOffset(`${whole.slice(0, at)}!${whole.slice(at)}`)).toBe(at);
    }),
  );
});
