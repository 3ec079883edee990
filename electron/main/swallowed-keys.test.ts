import { describe, expect, it } from 'vitest';
import { isSwallowed, type KeyPress } from './swallowed-keys.ts';

const press = (key: string, held: Partial<KeyPress>): KeyPress => ({
  type: 'keyDown',
  key,
  control: false,
  meta: false,
  alt: false,
  ...held,
});

describe('keys that must not take the page off the show', () => {
  it.each([
    ['F5', {}],
    ['F5', { control: true }],
    ['r', { control: true }],
    ['R', { control: true }],
    ['r', { meta: true }],
    ['w', { control: true }],
    ['w', { meta: true }],
    ['F4', { control: true }],
    ['ArrowLeft', { alt: true }],
  ])('are swallowed: %s %o', (key, held) => {
    expect(isSwallowed(press(key, held))).toBe(true);
  });

  it.each([
    ['Escape', {}],
    ['r', {}],
    ['w', {}],
    [' ', {}],
    ['Enter', { control: true }],
    ['ArrowLeft', {}],
    ['c', { control: true }],
    ['F4', { alt: true }],
  ])('leave the others to the page: %s %o', (key, held) => {
    expect(isSwallowed(press(key, held))).toBe(false);
  });
});
