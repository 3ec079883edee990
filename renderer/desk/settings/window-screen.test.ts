import { expect, test } from 'vitest';
import { addressWith, screenOf } from './window-screen.ts';

test('a window opens on the screen that its address names', () => {
  expect(screenOf('?screen=director')).toBe('director');
});

test.each(['', '?screen=', '?screen=kitchen', '?other=log'])('with %o it opens as ever', (search) => {
  expect(screenOf(search)).toBeNull();
});

test('another screen changes that part of the address and nothing else: the code of a link is still there', () => {
  expect(addressWith('http://127.0.0.1:4310/?screen=log&a=b#code=once', 'operator')).toBe(
    'http://127.0.0.1:4310/?screen=operator&a=b#code=once',
  );
});
