import { expect, test } from 'vitest';
import { devServerOf } from './dev-server.ts';

test('a working copy takes its page from the development server', () => {
  expect(devServerOf({ ELECTRON_RENDERER_URL: 'http://127.0.0.1:5173/' }, false)).toEqual({
    url: 'http://127.0.0.1:5173',
  });
  expect(devServerOf({}, false)).toBeNull();
});

test('an installed app never does', () => {
  expect(devServerOf({ ELECTRON_RENDERER_URL: 'http://127.0.0.1:5173/' }, true)).toBeNull();
});

test.each(['http://192.0.2.7:5173', 'http://localhost.evil.example', 'https://127.0.0.1', 'file:///tmp', 'nothing'])(
  'nor does anybody from %s',
  (url) => {
    expect(devServerOf({ ELECTRON_RENDERER_URL: url }, false)).toBeNull();
  },
);
