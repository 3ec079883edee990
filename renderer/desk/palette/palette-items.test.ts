import { expect, test } from 'vitest';
import { actionView } from '../actions/action-view.ts';
import { actIds, actOf } from '../actions/acts.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, NOW_MS, SHOW } from '../testing/show-fixture.ts';
import { found, isBlocked, type PaletteItem, paletteItems } from './palette-items.ts';
import { palettePress } from './palette-press.ts';

/** The air is free, cue 8 is armed: GO would fire. */
const FREE = momentWith({ cues: { [cueId(7)]: { intake: 'verified' } } });
const IDS = actIds(SHOW.switches);
const press = (id: (typeof IDS)[number], moment = FREE) => palettePress(id, actionView(id, moment));
const titles = (items: readonly PaletteItem[]) => items.map(({ title }) => title);
const first = (query: string, moment = FREE) => found(paletteItems(moment), query)[0];

test('GO is held, and never fired by a mere Enter', () => {
  expect(actionView('go', FREE)).toMatchObject({ kind: 'ready', gesture: { kind: 'tap' } });
  expect(press('go')).toEqual({ kind: 'hold', holdMs: 800 });
});

test('no act that the audience would notice is done by a mere Enter, in any state of the show', () => {
  const moments = [
    FREE,
    momentWith({}),
    momentWith({ cues: { [cueId(7)]: { intake: 'paused', remainingMs: 20_000 } } }),
    momentWith({ cues: { [cueId(7)]: { intake: 'open', openedAtMs: NOW_MS - 1_000, closesAtMs: NOW_MS + 89_000 } } }),
    momentWith({ moment: { window: { ...FREE.window, selected: cueId(3) } } }),
  ];
  for (const moment of moments) {
    for (const id of IDS) {
      if (actOf(id).palette.airs) expect(press(id, moment).kind, id).not.toBe('tap');
    }
  }
  expect(IDS.filter((id) => !actOf(id).palette.airs)).toEqual(['arm', 'disarm', 'skip', 'verify', 'control', 'rerun']);
});

test('what is held longer anyway is held as long here, and what asks a question still asks it', () => {
  expect(press('clear')).toEqual({ kind: 'hold', holdMs: 1_000 });
  expect(press('hold-reason', momentWith({}))).toEqual({ kind: 'ask' });
  expect(press('disarm')).toEqual({ kind: 'tap' });
});

test('a blocked act is listed after the others, with its reason, and can’t be done', () => {
  const items = paletteItems(momentWith({}));
  const go = items.find(({ id }) => id === 'act go');
  expect(go).toMatchObject({ detail: '"Who sings the final song?" is on air in the poll lane.' });
  expect(go && isBlocked(go)).toBe(true);
  const acts = items.filter(({ group }) => group === 'Acts').map(isBlocked);
  expect(acts).toEqual([...acts].sort((a, b) => Number(a) - Number(b)));
});

test('without a link every act is blocked and says so', () => {
  const items = paletteItems(momentWith({ moment: { link: { kind: 'down', sinceMs: 0, attempt: 1 } } }));
  const acts = items.filter(({ group }) => group === 'Acts');
  expect(acts.every(isBlocked)).toBe(true);
  expect(acts.find(({ id }) => id === 'act clear')?.detail).toBe('no link');
});

test('a word finds an act by its name, its other names and its cue', () => {
  expect(first('go')?.id).toBe('act go');
  expect(first('rev')?.id).toBe('act reveal');
  expect(first('pause')?.id).toBe('act hold');
  expect(first('stop')?.id).toBe('act close');
  expect(first('clear air')?.id).toBe('act clear');
});

test('cues are found by number and by their words, whatever the accents and apostrophes', () => {
  expect(first('winner’s single')?.id).toBe(`cue ${cueId(9)}`);
  expect(first("winner's single")?.id).toBe(`cue ${cueId(9)}`);
  expect(found(paletteItems(FREE), '12').some(({ id }) => id === `cue ${cueId(12)}`)).toBe(true);
});

test('screens are found with their keys', () => {
  expect(first('log')).toMatchObject({ id: 'screen log', chord: 'F4' });
  expect(first('networks')).toMatchObject({ id: 'screen networks', chord: 'Shift N' });
  expect(first('stuffing')?.id).toBe('screen networks');
  const networks = 'Networks: what came from where';
  expect(titles(found(paletteItems(null), ''))).toEqual([
    ...['Producer', 'Director', 'Operator', networks, 'Log', 'Settings'],
  ]);
});

test('every word that was typed must be found', () => {
  expect(found(paletteItems(FREE), 'close zebra')).toEqual([]);
});

test('every item has an id of its own', () => {
  const ids = paletteItems(FREE).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a new rehearsal code is found by what it is for, and asks before it does anything', () => {
  expect(first('new code')?.id).toBe('act recode');
  expect(first('rehearsal link')?.id).toBe('act recode');
  expect(press('recode')).toEqual({ kind: 'ask' });
});
