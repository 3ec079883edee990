import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freeze } from '../domain/cue-rules.ts';
import { Cue, CueEdit, ShowFile } from './show-file.ts';

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
