import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freeze } from '../domain/cue-rules.ts';
import { Cue, CueEdit, ShowFile, ShowMoment } from './show-file.ts';

const POLL = {
  id: 'best',
  kind: 'single',
  text: 'Best song?',
  options: [{ id: 'a', text: 'A' }],
  durationMs: 60_000,
};
const show = (...cues: object[]) => ({ title: 'A show', cues });
const faultsOf = (value: unknown) => ShowFile.safeParse(value).error?.issues.map((issue) => issue.path.join('.')) ?? [];

describe('a show file', () => {
  it('gives back what it was, unknown fields at every level too', () => {
    const file = {
      ...show({ ...POLL, colour: 'gold', trigger: { offsetMs: -5_000, autoGo: true, lamp: 2 } }),
      studio: { floor: 'B' },
    };
    expect(ShowFile.parse(file)).toEqual(file);
  });

  it('names the field of each fault', () => {
    expect(faultsOf({ cues: [] })).toEqual(['title']);
    expect(faultsOf(show({ ...POLL, kind: 'dance' }))).toEqual(['cues.0.kind']);
    expect(faultsOf(show({ ...POLL, id: 'no spaces' }))).toEqual(['cues.0.id']);
    expect(faultsOf(show({ ...POLL, durationMs: 999 }))).toEqual(['cues.0.durationMs']);
    expect(faultsOf(show({ ...POLL, live: { audience: 'hidden' } }))).toEqual(['cues.0.live.audience']);
    expect(faultsOf({ ...show(), t0: '2026-11-28T20:00:00' })).toEqual(['t0']);
  });

  it('has no two cues of one id, and no trigger after a cue that is not there', () => {
    expect(faultsOf(show(POLL, POLL))).toEqual(['cues.1.id']);
    expect(faultsOf(show({ ...POLL, trigger: { after: 'nobody' } }))).toEqual(['cues.0.trigger.after']);
    expect(faultsOf(show({ ...POLL, trigger: { after: 'next' } }, { ...POLL, id: 'next' }))).toEqual([]);
  });

  it('has no two cues of one number, and none that nobody would say', () => {
    const numbered = (id: string, number: unknown) => ({ ...POLL, id, number });
    expect(faultsOf(show(numbered('a', '7'), numbered('b', '7.1'), numbered('c', '7'), numbered('d', '07')))).toEqual([
      'cues.2.number',
    ]);
    for (const number of ['7', '7.1', '7.10', '12A', '0.1', '7.1.1B', '9999.999.999Z']) {
      expect(faultsOf(show(numbered('a', number)))).toEqual([]);
    }
    for (const number of ['', 'A', '7a', '7.', '7.1.1.1', '12345', '7.1234', ' 7', 7]) {
      expect(faultsOf(show(numbered('a', number))), String(number)).toEqual(['cues.0.number']);
    }
  });

  it('has no cues that wait for each other: each ring is named once, with its members', () => {
    const follows = (id: string, followed: string) => ({ ...POLL, id, trigger: { after: followed } });
    expect(faultsOf(show(follows('a', 'a')))).toEqual(['cues.0.trigger.after']);
    const rings = show(
      follows('x', 'b'),
      follows('a', 'c'),
      follows('b', 'a'),
      follows('c', 'b'),
      follows('self', 'self'),
    );
    expect(ShowFile.safeParse(rings).error?.issues.map(({ path, message }) => [path[1], message])).toEqual([
      [2, 'these cues would wait for each other: b → a → c → b'],
      [4, 'the cue self would wait for itself'],
    ]);
    expect(
      faultsOf(show(...Array.from({ length: 500 }, (_, i) => follows(`c${i}`, `c${(i + 1) % 500}`)))),
    ).toHaveLength(1);
  });

  it('keeps texts in one spelling, and notes with their lines', () => {
    const typed = {
      ...POLL,
      text: '\ufeff Cafe\u0301\r\nor\u001b[2J tea\u202e? ',
      options: [{ id: 'a', text: ' \u200b ' }],
      notes: 'One\r\n\u0007two ',
    };
    expect(ShowFile.parse({ ...show(typed), title: ' A\tshow ' })).toMatchObject({
      title: 'A show',
      cues: [{ text: 'Caf\u00e9 or[2J tea?', options: [{ id: 'a', text: '' }], notes: 'One\ntwo' }],
    });
    expect(faultsOf({ ...show(), title: '\u200b' })).toEqual(['title']);
  });

  it.each<[string, object, string]>([
    ['an offset that no clock can show', { trigger: { offsetMs: 9e15 } }, 'trigger.offsetMs'],
    ['an offset of more than a week', { trigger: { offsetMs: -604_800_001 } }, 'trigger.offsetMs'],
    ['a moment of another century', { trigger: { at: '0001-01-01T00:00:00Z' } }, 'trigger.at'],
    ['a ballot without options', { min: 0 }, 'min'],
    ['more ballots of one device than 100', { maxBallots: 101 }, 'maxBallots'],
    ['a time of half a millisecond', { graceMs: 0.5 }, 'graceMs'],
    ['a grace of more than ten minutes', { graceMs: 600_001 }, 'graceMs'],
    ['51 options', { options: Array.from({ length: 51 }, (_, i) => ({ id: `o${i}`, text: 'x' })) }, 'options'],
    ['51 right answers', { answer: Array.from({ length: 51 }, () => 'a') }, 'answer'],
    ['a text of 501 characters', { text: 'x'.repeat(501) }, 'text'],
    ['a link that is a script', { link: 'javascript:alert(1)' }, 'link'],
    ['a link to a file', { link: 'file:///etc/passwd' }, 'link'],
    ['a link that hides its scheme', { link: 'java\nscript:alert(1)' }, 'link'],
    ['a link with blanks', { link: 'https://show.example/join us' }, 'link'],
    ['an option whose id is no id', { options: [{ id: 'a b', text: 'A' }] }, 'options.0.id'],
  ])('refuses %s', (_, wrong, field) => {
    expect(faultsOf(show({ ...POLL, ...wrong }))).toEqual([`cues.0.${field}`]);
    const { id: _id, ...edit } = { ...POLL, ...wrong };
    expect(CueEdit.safeParse(edit).error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });

  it('refuses a start, or an audience, that no show has', () => {
    expect(faultsOf({ ...show(), t0: '9999-12-31T23:59:59Z' })).toEqual(['t0']);
    expect(faultsOf({ ...show(), t0: `2026-01-01T00:00:00.${'0'.repeat(60)}Z` })).toEqual(['t0']);
    expect(faultsOf({ ...show(), audience: 1e12 })).toEqual(['audience']);
    expect(ShowMoment.safeParse(9e15).success).toBe(false);
    expect(ShowMoment.safeParse(Date.parse('2026-11-28T20:00:00+01:00')).success).toBe(true);
  });

  it('has triggers that name exactly one moment', () => {
    const at = '2026-11-28T20:00:00+01:00';
    expect(faultsOf(show({ ...POLL, trigger: { at } }))).toEqual([]);
    expect(faultsOf(show({ ...POLL, trigger: {} }))).toEqual(['cues.0.trigger']);
    expect(faultsOf(show({ ...POLL, trigger: { at, offsetMs: 0 } }))).toEqual(['cues.0.trigger']);
  });
});

describe('an edit', () => {
  it('may name any field alone', () => {
    expect(CueEdit.parse({ text: 'Better song?' })).toEqual({ text: 'Better song?' });
    expect(CueEdit.parse({})).toEqual({});
    expect(CueEdit.safeParse({ durationMs: 1 }).success).toBe(false);
  });
});

describe('the documented defaults', () => {
  it('are those that a run is aired with', () => {
    const schema = z.toJSONSchema(Cue, { io: 'input' }).properties ?? {};
    const documented = Object.entries(schema).flatMap(([field, of]) =>
      typeof of === 'object' && of.default !== undefined ? [[field, of.default]] : [],
    );
    expect(Object.fromEntries(documented)).toEqual({ min: 1, graceMs: 2_000, class: 'fun', maxBallots: 1 });
    expect(freeze(Cue.parse(POLL))).toMatchObject(Object.fromEntries(documented));
  });
});
