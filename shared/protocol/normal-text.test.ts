import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnAs, isUnseen, normalLines, normalText, printable, printableLine } from './normal-text.ts';

const FAMILY = '👨‍👩‍👧';
const ENGLAND = '🏴󠁧󠁢󠁥󠁮󠁧󠁿';
const SCOTLAND = '🏴󠁧󠁢󠁳󠁣󠁴󠁿';

test.each([
  ['accents typed apart', 'Cafe\u0301', 'Caf\u00e9'],
  ['white space around it', ' \u00a0\u3000Yes\u200b ', 'Yes'],
  ['lines and tabs', 'Who\r\n\twins?', 'Who wins?'],
  ['what a terminal obeys', '\u001b[2JYes\u0007\u009b', '[2JYes'],
  ['halves of characters', 'Yes\ud800', 'Yes'],
  ['a mark of order', '\ufeffYes', 'Yes'],
  ['a turn that is left open', 'Yes \u202eoN', 'Yes oN'],
  ['turns that end in the wrong order', '\u202a\u2067a\u202c\u2069', 'a'],
  ['a turn that is ended', 'To \u2067\u05e9\u05dc\u05d5\u05dd\u2069!', 'To \u2067\u05e9\u05dc\u05d5\u05dd\u2069!'],
  ['a mark beside Hebrew punctuation', '\u05de\u05d9?\u200f', '\u05de\u05d9?\u200f'],
  ['emoji that are joined', FAMILY, FAMILY],
  ['flags', ENGLAND, ENGLAND],
  [
    'Persian, which needs its non-joiner',
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
  ],
  ['nothing but what can’t be seen', '\u200b\u3164\u2800\u00ad\u200f', ''],
])('%s', (_, typed, kept) => {
  expect(normalText(typed)).toBe(kept);
});

test('notes keep their lines and tabs, and nothing else that is not drawn', () => {
  expect(normalLines(' one\r\n\ttwo\u001b\u2028three \u202e\nfour ')).toBe('one\n\ttwo\nthree \nfour');
  expect(normalLines('\n\u200b\n')).toBe('');
});

test('whatever is typed, a text that was kept stays as it is', () => {
  const odd = fc.constantFrom(
    ...' \t\n\r\u0000\u001b\u0301\u200b\u200d\u202a\u202c\u202e\u2067\u2069\ufeff\ud800eA\u3164',
    FAMILY,
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: odd })), (typed) => {
      for (const normal of [normalText, normalLines]) {
        const kept = normal(typed);
        expect(normal(kept)).toBe(kept);
        expect(kept).toBe(kept.normalize('NFC'));
        expect(kept.trim()).toBe(kept);
        expect(kept === '').toBe(isUnseen(kept));
      }
      expect(normalText(typed)).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    }),
    { numRuns: 1_000, seed: 11 },
  );
});

test('a text as long as a file is kept or emptied in time by its length, whatever it is of', () => {
  // By the square of it each would take hours.
  for (const piece of [
    ' ',
    '\n',
    '\u200b',
    '\u0301\u0323\u0345',
    '\u202a',
    '\u2067a\u2069',
    '👨\u200d',
    '\u001b',
    '\ud800',
  ]) {
    const long = `x${piece.repeat(1_000_000)}x`;
    for (const normal of [normalText, normalLines]) expect(normal(long).startsWith('x')).toBe(true);
    expect(isUnseen(long)).toBe(false);
  }
  const piled = normalText(`a${'\u0344'.repeat(100)}b`);
  expect([piled.length, normalText(piled)]).toEqual([32, piled]);
  expect(normalText(`a${'\u0301'.repeat(100)}`)).toBe(`\u00e1${'\u0301'.repeat(29)}`);
});

test('texts that look alike are drawn as one, and those that differ are not', () => {
  expect(drawnAs('Y\u200bes\u00ad \u00a0sir')).toBe(drawnAs('Yes sir'));
  expect(drawnAs('Yes\u200d')).toBe(drawnAs('Yes'));
  expect(drawnAs('❤️')).toBe(drawnAs('❤'));
  expect(drawnAs(ENGLAND)).not.toBe(drawnAs(SCOTLAND));
  expect(drawnAs(FAMILY)).not.toBe(drawnAs('👨👩👧'));
  expect(drawnAs('Yes')).not.toBe(drawnAs('yes'));
});

test('what a terminal would obey is printed as what it is', () => {
  expect(printable('a\u001b[31mb\u009b\u202e\nnext')).toBe('a\\u001b[31mb\\u009b\\u202e\nnext');
  expect(printableLine('a\nline 9: b\t')).toBe('a\\u000aline 9: b\\u0009');
});
