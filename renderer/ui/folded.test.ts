import { expect, test } from 'vitest';
import { folded } from './folded.ts';

test.each([
  ['é as one letter and as two', 'Beyonc\u00e9', 'beyonce\u0301'],
  ['accents and none', 'Škoda Ångström', 'skoda angstrom'],
  ['dotted and dotless i', 'İSTANBUL ışık', 'istanbul isik'],
  ['sharp s', 'GROSSE STRASSE', 'große straße'],
  ['letters with a stroke', 'Søren Łukasz Đorđe Ħal', 'soren lukasz dorde hal'],
  ['letters of two, and the Icelandic ones', 'Ærø, Œuvre, Þórður', 'aero, oeuvre, thordur'],
  ['a stroke and an accent', 'Ǿ', 'o'],
  ['both small sigmas', 'ΟΔΥΣΣΕΑΣ', 'οδυσσεας'],
  ['full-width letters and digits', 'Ｆｉｎａｌ １２', 'final 12'],
  ['apostrophes', 'winner’s', "winner's"],
  ['Hebrew with its vowels and without', 'שָׁלוֹם', 'שלום'],
  ['Korean as syllables and as letters', '한국'.normalize('NFC'), '한국'.normalize('NFD')],
  ['marks that turn the line', '\u2068שלום\u2069', 'שלום'],
])('finds %s', (_what, one, other) => {
  expect(folded(one)).toBe(folded(other));
});

test('keeps apart what are different letters', () => {
  expect(folded('决胜')).not.toBe(folded('決勝'));
  expect(folded('Leo')).not.toBe(folded('Lea'));
});
