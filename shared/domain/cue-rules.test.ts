import { describe, expect, it } from 'vitest';
import type { OptionId } from '../protocol/ids.ts';
import { Cue, CueKind } from '../protocol/show-file.ts';
import { freeze, laneOf, takesBallots, whatIsMissing } from './cue-rules.ts';
import { CTA, EDITORIAL, FUN, NOTE, optionIds, QUIZ } from './testing/sample-cues.test-part.ts';

describe('lanes', () => {
  it('has one for each kind that airs', () => {
    expect(CueKind.options.map((kind) => [kind, laneOf(kind)])).toEqual([
      ['cta', 'cta'],
      ['single', 'poll'],
      ['multiple', 'poll'],
      ['rating', 'poll'],
      ['quiz', 'poll'],
      ['prediction', 'poll'],
      ['reaction', 'reaction'],
      ['note', null],
    ]);
    expect(CueKind.options.filter(takesBallots)).toEqual(['single', 'multiple', 'rating', 'quiz', 'prediction']);
  });
});

describe('defaults', () => {
  it('are fun, two seconds of grace, one ballot, one option', () => {
    expect(freeze(FUN)).toMatchObject({ class: 'fun', graceMs: 2_000, maxBallots: 1, min: 1, max: 1, live: {} });
    expect(freeze(EDITORIAL)).toMatchObject({ class: 'editorial', graceMs: 5_000, min: 1, max: 2 });
  });

  it('let all options of a multiple choice be chosen, and no vote wait for a call to action', () => {
    const { min: _min, max: _max, ...many } = EDITORIAL;
    expect(freeze(many as Cue)).toMatchObject({ min: 1, max: 3 });
    expect(freeze(CTA)).toMatchObject({ graceMs: 0, options: [], link: 'https://show.example/join' });
  });

  it('make a rating from 1 to 5, or to its `max`, of which one step is chosen', () => {
    const rating = Cue.parse({ id: 'r', kind: 'rating', text: 'The opening?', durationMs: 20_000 });
    expect(freeze(rating).options.map((o) => o.id)).toEqual(['1', '2', '3', '4', '5']);
    const ten = freeze({ ...rating, max: 10 });
    expect([ten.options.length, ten.min, ten.max]).toEqual([10, 1, 1]);
    expect(whatIsMissing({ ...rating, max: 1 })).toContain('2 or more options');
  });
});

describe('what is missing', () => {
  const long = 'x'.repeat(61);
  const texts = (...all: string[]) => all.map((text, i) => ({ id: `o${i}` as OptionId, text }));
  const rows: readonly [string, Partial<Cue>, string | null][] = [
    ['nothing', {}, null],
    ['a text', { text: ' ' }, 'empty'],
    ['a shorter text', { text: 'x'.repeat(141) }, '140 fit'],
    ['nothing at 140 characters', { text: 'x'.repeat(140) }, null],
    ['a second option', { options: QUIZ.options?.slice(1) ?? [] }, '2 or more'],
    ['options that differ', { options: [...(QUIZ.options ?? []), ...(QUIZ.options ?? [])] }, 'same id'],
    ['a shorter option', { options: QUIZ.options?.map((o) => ({ ...o, text: long })) ?? [] }, '60 fit'],
    ['a least that is not above the most', { min: 2, max: 1 }, "can't both hold"],
    ['a most within the options', { max: 3 }, 'of 2 options'],
    ['a text that can be seen', { text: '\u200b\u3164\u2800' }, 'empty'],
    ['an option that can be seen', { options: texts('A', ' \u00a0\u200d') }, 'Option 2 has no text'],
    ['options that can be told apart', { options: texts('A', 'B', 'A') }, 'Options 1 and 3 have the same text: "A"'],
    ['the same, whatever stands unseen in one of them', { options: texts('Yes', 'Ye\u200bs ') }, 'the same text'],
    ['the same, however its accents were typed', { options: texts('Cafe\u0301', 'Caf\u00e9') }, 'the same text'],
    ['nothing where emoji differ', { options: texts('👨‍👩‍👧', '👨👩👧'), answer: optionIds('o0') }, null],
    ['one option at least', { min: 0 }, 'empty ballots'],
    ['a single choice of one', { kind: 'single', options: texts('A', 'B', 'C'), max: 3 }, 'Of a single one option'],
    ['a rating of one step', { kind: 'rating', options: texts('A', 'B', 'C'), max: 3 }, 'Of a rating one option'],
    ['a right answer', { answer: [] }, 'not set'],
    ['a right answer that is there', { answer: optionIds('y9') }, 'y9'],
  ];
  it.each(rows)('%s', (_, change, expected) => {
    const said = whatIsMissing({ ...QUIZ, ...change } as Cue);
    if (expected === null) expect(said).toBeNull();
    else expect(said).toContain(expected);
  });

  it('is a web address where an older version took another link, which no viewer is given', () => {
    const cue = { ...CTA, link: 'javascript:alert(1)' };
    expect(whatIsMissing(cue)).toContain('http');
    expect(freeze(cue).link).toBeNull();
  });

  it('is nothing where a call or a note has a text, and an option where a reaction has none', () => {
    expect([whatIsMissing(CTA), whatIsMissing(NOTE)]).toEqual([null, null]);
    const { answer: _answer, ...reaction } = { ...QUIZ, kind: 'reaction' as const };
    expect(whatIsMissing({ ...reaction, options: reaction.options?.slice(1) ?? [] } as Cue)).toBeNull();
    expect(whatIsMissing({ ...reaction, options: [] } as Cue)).toContain('1 or more');
  });
});
