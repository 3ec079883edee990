import { expect, test } from 'vitest';
import { type Chord, chordFor, nameOf, SHORTCUTS } from './registry.ts';

const chords = SHORTCUTS.flatMap((shortcut) => shortcut.chords);

test('no two shortcuts collide', () => {
  const names = chords.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
});

const TAKEN: readonly ((chord: Chord) => boolean)[] = [
  // Esc stops nothing.
  ({ key }) => key === 'escape',
  // Reload, full screen, the menu bar.
  ({ key }) => ['f5', 'f10', 'f11', 'tab', 'browserrefresh'].includes(key),
  // Close, reload, quit, new, tab, address, history, zoom, find, print and the like are all Ctrl or Cmd with a key of their own.
  ({ key, command }) => command && key !== 'enter',
  // A bare letter, digit or space types or scrolls.
  ({ key, shift, command }) => !shift && !command && (key.length === 1 || key === ' ' || key === 'enter'),
];

test('no shortcut is a reload, close or system accelerator, a bare Esc or a bare letter', () => {
  for (const chord of chords) {
    for (const taken of TAKEN) expect(taken(chord), nameOf(chord)).toBe(false);
  }
});

test('GO has its three keys', () => {
  const go = SHORTCUTS.find(({ act }) => act.kind === 'action' && act.action === 'go');
  expect(go?.chords.map(nameOf)).toEqual(['F12', 'Num Enter', 'Ctrl Enter']);
  expect(chordFor('close')).toBe('Shift C');
  expect(chordFor('rerun')).toBeNull();
});
