import { expect, test } from 'vitest';
import { networkUrl, urlOf } from './urls.ts';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:4310'],
  ['0.0.0.0', 'http://127.0.0.1:4310'],
  ['::', 'http://[::1]:4310'],
  ['fd00::2', 'http://[fd00::2]:4310'],
  ['studio.local', 'http://studio.local:4310'],
])('a server on %s is reached at %s', (host, url) => {
  expect(urlOf(host, 4310)).toBe(url);
});

test('a port that is open on one address only has no other on the network', () => {
  expect(networkUrl('127.0.0.1', 4320)).toBe(null);
});
