import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { ShowFile } from '../../../shared/protocol/show-file.ts';
import { SHOW } from '../testing/show-fixture.ts';
import { fileNameOf, showFileOf } from './show-export.ts';

test('the file holds the rundown in its order, and nothing of a run', () => {
  const file = showFileOf(SHOW);
  expect(ShowFile.safeParse(file).success).toBe(true);
  expect(file.cues.map(({ id }) => id)).toEqual(SHOW.cues.map(({ id }) => id));
  for (const cue of file.cues) {
    for (const field of ['runId', 'round', 'intake', 'tally', 'visibility', 'seenOn'])
      expect(cue).not.toHaveProperty(field);
  }
  expect(file).toMatchObject({ title: 'Saturday Finale', audience: 120_000 });
  expect(Date.parse(file.t0 ?? '')).toBe(SHOW.show.t0Ms);
});

test('fields of the show file that this version does not know are given back', () => {
  const cues = SHOW.cues.map((cue) => ({ ...cue, camera: 3 }) as DeskCue);
  expect(showFileOf({ ...SHOW, cues }).cues[0]).toHaveProperty('camera', 3);
});

test('the file is named for the show', () => {
  expect(fileNameOf('Große Show: Finale!')).toBe('große-show-finale.json');
  expect(fileNameOf('Beyonce\u0301, l’été')).toBe('beyoncé-l-été.json');
  expect(fileNameOf('İstanbul')).toBe('istanbul.json');
  expect(fileNameOf('日本 / 決勝')).toBe('日本-決勝.json');
  expect(fileNameOf('../..')).toBe('show.json');
  expect(fileNameOf('NUL')).toBe('show-nul.json');
  expect(fileNameOf('很'.repeat(200))).toBe(`${'很'.repeat(40)}.json`);
});

test('a show with a time that no calendar has, which an older version took, is saved all the same', () => {
  const cues = SHOW.cues.map((cue) => ({ ...cue, trigger: { offsetMs: 9e15 } }) as DeskCue);
  expect(showFileOf({ ...SHOW, cues }).cues[0]?.trigger).toEqual({ offsetMs: 9e15 });
  expect(showFileOf({ ...SHOW, show: { ...SHOW.show, t0Ms: 9e15 } })).not.toHaveProperty('t0');
});
