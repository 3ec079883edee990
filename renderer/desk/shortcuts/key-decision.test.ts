import { expect, test } from 'vitest';
import { decideKey, endsHold, type KeyPress, takesText } from './key-decision.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { key, code: key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false, ...more };
}
const go = { kind: 'press', act: { kind: 'action', action: 'go' } };
const here = { typing: false };

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

test('a held arrow walks on through the rundown', () => {
  expect(decideKey(press('ArrowDown', { repeat: true }), here)).toEqual({
    kind: 'press',
    act: { kind: 'select', step: 1 },
  });
});

test('nothing is taken while a text field has the focus', () => {
  expect(decideKey(press('F12'), { typing: true })).toEqual({ kind: 'ignore' });
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
