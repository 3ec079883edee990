import { expect, test } from 'vitest';
import { actOf, SINGLE_ACTS } from '../actions/acts.ts';
import { type Chord, GROUPS, nameOf, platformOf } from '../words/keys.ts';
import { ariaChords, chordFor, keysByGroup, SHORTCUTS } from './registry.ts';
import { TAKEN, TAKEN_OVER } from './taken-keys.test-part.ts';

const bound = SHORTCUTS.flatMap((shortcut) => shortcut.chords.map((chord) => ({ chord, on: shortcut.on })));

/** Whether one press could mean both. */
function sameKey(a: Chord, b: Chord): boolean {
  const shifted = a.shift === 'any' || b.shift === 'any' || a.shift === b.shift;
  return a.key === b.key && a.by === b.by && a.command === b.command && shifted;
}

test('no two shortcuts collide, whatever screen they work on', () => {
  bound.forEach((one, i) => {
    for (const other of bound.slice(i + 1)) {
      const together = one.on === 'every' || other.on === 'every' || one.on === other.on;
      expect(together && sameKey(one.chord, other.chord), nameOf(one.chord, 'other')).toBe(false);
    }
  });
});

test('no shortcut reloads, closes, opens developer tools, types, or is a bare Esc', () => {
  for (const { chord } of bound) {
    for (const { why, takes } of TAKEN) expect(takes(chord), `${nameOf(chord, 'other')}: ${why}`).toBe(false);
  }
});

test('what is taken over from browsers is named, with what it was', () => {
  const names = bound.map(({ chord }) => nameOf(chord, 'other'));
  for (const { name } of TAKEN_OVER) expect(names).toContain(name);
  const functionKeysOfBrowsers = ['F1', 'F3', 'F6', 'F12'];
  const used = names.filter((name) => functionKeysOfBrowsers.includes(name) || /^Ctrl .$/.test(name));
  expect(used.sort()).toEqual(TAKEN_OVER.map(({ name }) => name).sort());
});

test('only what cannot touch the show works while typing', () => {
  for (const { act, evenTyping } of SHORTCUTS) {
    if (evenTyping) expect(act.kind).toBe('overlay');
  }
});

test('GO has its three keys', () => {
  const go = SHORTCUTS.find(({ act }) => act.kind === 'action' && act.action === 'go');
  expect(go?.chords.map((chord) => nameOf(chord, 'other'))).toEqual(['F12', 'Num Enter', 'Ctrl Enter']);
  expect(chordFor('close')).toBe('Shift C');
  expect(chordFor('rerun')).toBeNull();
});

test('a Mac has Cmd where others have Ctrl', () => {
  const go = keysByGroup('mac')[0]?.lines[0];
  expect(go).toEqual({ says: 'GO: open the armed cue', keys: ['F12', 'Num Enter', 'Cmd Enter'] });
  expect([platformOf('MacIntel'), platformOf('Win32'), platformOf('Linux x86_64')]).toEqual(['mac', 'other', 'other']);
});

test('assistive software is told the keys in its own words, and none for the numeric pad', () => {
  expect(ariaChords('close')).toBe('Shift+C');
  expect(ariaChords('go')).toMatch(/^F12 (Control|Meta)\+Enter$/);
});

test('the cheat sheet has every key once, each with its words', () => {
  const lines = keysByGroup('other').flatMap((group) => group.lines);
  expect(lines).toHaveLength(SHORTCUTS.length);
  for (const line of lines) expect(line.says).not.toBe('');
  expect(new Set(lines.map(({ says }) => says)).size).toBe(lines.length);
  expect(keysByGroup('other').map(({ name }) => name)).toEqual(GROUPS.map(({ name }) => name));
});

test('every act with a key has a line of its own in its group of the cheat sheet', () => {
  const places = SINGLE_ACTS.flatMap((id) => {
    const { key } = actOf(id);
    return key === null ? [] : [`${key.group} ${key.place}`];
  });
  expect(places).toHaveLength(SHORTCUTS.filter(({ act }) => act.kind === 'action').length);
  expect(new Set(places).size).toBe(places.length);
});

test('the keys of the running show stand in the order in which a hand needs them', () => {
  const [cue, air, result] = keysByGroup('other').map(({ lines }) => lines.map(({ keys }) => keys[0]));
  expect(cue).toEqual(['F12', 'Shift A', 'Shift D', 'Shift S', '↑', '↓']);
  expect(air).toEqual(['Shift C', 'Shift H', 'Shift W', 'Shift P', 'Shift M', 'Shift R', 'Shift X']);
  expect(result).toEqual(['Shift V', 'Shift E', 'Shift T', 'Shift O']);
});
