import { expect, test } from 'vitest';
import { isInstalled } from './install.mjs';

const wanted = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/a-darwin': { version: '1.0.0', optional: true },
};

test('nothing installed is not installed', () => {
  expect(isInstalled(wanted, null)).toBe(false);
});

test('the versions of the lock file are installed, without the packages for other systems', () => {
  expect(isInstalled(wanted, { 'node_modules/a': { version: '1.0.0' } })).toBe(true);
});

test.each([
  ['a missing package', {}],
  ['another version', { 'node_modules/a': { version: '1.0.1' } }],
  [
    'another version of an optional one',
    { 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-darwin': { version: '2.0.0' } },
  ],
])('%s asks for an install', (_, installed) => {
  expect(isInstalled(wanted, installed)).toBe(false);
});
