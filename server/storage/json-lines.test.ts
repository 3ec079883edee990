import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOffset, lineAt, linesOf } from './json-lines.ts';

const lineOfPath = (text: string, path: PropertyKey[]) => linesOf(text, [path]).lines[0];

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

test('finds many paths in one reading, each as if it were the only one', () => {
  const paths = [
    ['title'],
    [],
    ['cues', 1, 'n'],
    ['cues', 1, 'text'],
    ['cues', 7],
    ['cues', 0, 'options', 3, 'text'],
    ['title'],
  ];
  expect(linesOf(text, paths).lines).toEqual([2, 1, 7, 5, 3, 4, 2]);
});

test('names keys that an object has twice, whatever way they are written', () => {
  const twice = '{ "a": 1,\n "b": [{ "c": 1, "\\u0063":\n 2 }],\n "a": { "a": 1 } }';
  expect(linesOf(twice, []).repeated).toEqual([
    { path: ['b', 0], key: 'c', line: 2 },
    { path: [], key: 'a', line: 4 },
  ]);
  expect(linesOf(text, []).repeated).toEqual([]);
});

test('the line of a place counts the ends of lines before it', () => {
  expect([0, 1, 2, 3].map((offset) => lineAt('a\n\nb', offset))).toEqual([1, 1, 2, 3]);
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
