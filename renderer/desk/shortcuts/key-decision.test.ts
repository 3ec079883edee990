import { expect, test } from 'vitest';
import { TO_NETWORKS } from '../store/window-store.ts';
import { decideKey, endsHold, takesText } from './key-decision.ts';
import type { KeyPress } from './key-press.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false, ...more };
}
const go = { kind: 'press', act: { kind: 'action', action: 'go' } };
const here = { typing: false, screen: 'producer' } as const;
const inText = { typing: true, screen: 'producer' } as const;

test.each([
  ['F12', press('F12')],
  ['numpad Enter', press('Enter', { code: 'NumpadEnter' })],
  ['Ctrl+Enter', press('Enter', { ctrlKey: true })],
  ['Cmd+Enter', press('Enter', { metaKey: true })],
])('%s is GO', (_name, key) => {
  expect(decideKey(key, here)).toEqual(go);
});

test('a held key never fires again', () => {
  expect(decideKey(press('F12', { repeat: true }), here)).toEqual({ kind: 'swallow' });
  expect(decideKey(press('A', { shiftKey: true, repeat: true }), here)).toEqual({ kind: 'swallow' });
});

test('a held Enter clicks nothing: what comes under it is not meant', () => {
  expect(decideKey(press('Enter', { repeat: true }), here)).toEqual({ kind: 'swallow' });
  expect(decideKey(press('Enter', { repeat: true }), inText)).toEqual({ kind: 'swallow' });
});

test('a held arrow walks on through the rundown', () => {
  expect(decideKey(press('ArrowDown', { repeat: true }), here)).toEqual({
    kind: 'press',
    act: { kind: 'select', step: 1 },
  });
});

test('while a text field has the focus its keys are its own, and a key of the desk does nothing but say so', () => {
  for (const key of [
    press('A', { shiftKey: true }),
    press('ArrowDown'),
    press('Enter', { code: 'NumpadEnter' }),
    press('?'),
  ]) {
    expect(decideKey(key, inText)).toEqual({ kind: 'ignore' });
  }
  for (const key of [press('F12'), press('F2'), press('Enter', { ctrlKey: true })]) {
    expect(decideKey(key, inText).kind).toBe('off');
  }
  expect(decideKey(press('F12', { repeat: true }), inText)).toEqual({ kind: 'swallow' });
});

test('the palette opens out of a text field too', () => {
  const palette = { kind: 'press', act: { kind: 'overlay', overlay: 'palette' } };
  expect(decideKey(press('k', { ctrlKey: true }), inText)).toEqual(palette);
  expect(decideKey(press('k', { metaKey: true }), here)).toEqual(palette);
});

test('the cheat sheet is found by its sign, on Shift or not', () => {
  const keys = { kind: 'press', act: { kind: 'overlay', overlay: 'keys' } };
  expect(decideKey(press('?', { shiftKey: true, code: 'Slash' }), here)).toEqual(keys);
  expect(decideKey(press('?', { shiftKey: true, code: 'Minus' }), here)).toEqual(keys);
  expect(decideKey(press('?', { code: 'KeyM' }), here)).toEqual(keys);
});

test('the table of networks is one key away from every screen, and not while one types', () => {
  const key = press('N', { shiftKey: true });
  for (const screen of ['producer', 'director', 'operator', 'log', 'settings'] as const) {
    expect(decideKey(key, { typing: false, screen })).toEqual({
      kind: 'press',
      act: { kind: 'place', to: TO_NETWORKS },
    });
  }
  expect(decideKey(key, inText)).toEqual({ kind: 'ignore' });
});

test.each([
  ['F5', press('F5')],
  ['Shift+F5', press('F5', { shiftKey: true })],
  ['Ctrl+R', press('r', { ctrlKey: true })],
  ['Ctrl+Shift+R', press('R', { ctrlKey: true, shiftKey: true })],
  ['Cmd+R', press('r', { metaKey: true })],
  ['Alt+Left', press('ArrowLeft', { altKey: true })],
])('%s neither reloads nor leaves the desk', (_name, key) => {
  expect(decideKey(key, here)).toEqual({ kind: 'swallow' });
});

test('a reload is swallowed while typing as well, and walking by words is not', () => {
  expect(decideKey(press('F5'), inText)).toEqual({ kind: 'swallow' });
  expect(decideKey(press('ArrowLeft', { altKey: true }), inText)).toEqual({ kind: 'ignore' });
});

test('arrows choose a cue on the producer’s screen and scroll on the others', () => {
  expect(decideKey(press('ArrowDown'), { typing: false, screen: 'log' })).toEqual({ kind: 'ignore' });
});

test('the main Enter, bare letters, Esc and foreign modifiers do nothing', () => {
  for (const key of [
    press('Enter'),
    press('a'),
    press('Escape'),
    press('F12', { altKey: true }),
    press('F12', { shiftKey: true }),
  ]) {
    expect(decideKey(key, here)).toEqual({ kind: 'ignore' });
  }
});

test('a chord works with caps lock on', () => {
  expect(decideKey(press('c', { shiftKey: true }), here)).toEqual({
    kind: 'press',
    act: { kind: 'action', action: 'close' },
  });
});

test('letting go of the letter or of its modifier ends a hold; another key does not', () => {
  const close = { kind: 'action', action: 'close' } as const;
  expect(endsHold(close, { key: 'C', code: 'KeyC' })).toBe(true);
  expect(endsHold(close, { key: 'Shift', code: 'ShiftLeft' })).toBe(true);
  expect(endsHold(close, { key: 'v', code: 'KeyV' })).toBe(false);
});

test('text fields take keys; buttons and check boxes do not', () => {
  expect(takesText({ tagName: 'INPUT', type: 'text' })).toBe(true);
  expect(takesText({ tagName: 'TEXTAREA' })).toBe(true);
  expect(takesText({ tagName: 'DIV', isContentEditable: true })).toBe(true);
  expect(takesText({ tagName: 'BUTTON', type: 'button' })).toBe(false);
  expect(takesText({ tagName: 'INPUT', type: 'checkbox' })).toBe(false);
  expect(takesText(null)).toBe(false);
});
