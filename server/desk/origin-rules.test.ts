import { describe, expect, it } from 'vitest';
import { isAllowedHost, isAllowedOrigin } from './origin-rules.ts';

const LOCAL = { host: '127.0.0.1', port: 4310 };
const OPENED = { host: '0.0.0.0', port: 4310 };

describe('Host', () => {
  it.each(['127.0.0.1:4310', 'localhost:4310', 'LOCALHOST:4310', '[::1]:4310'])('on loopback lets %s in', (host) => {
    expect(isAllowedHost(host, LOCAL)).toBe(true);
  });
  it.each([
    undefined,
    '',
    'evil.example:4310',
    '127.0.0.1',
    '127.0.0.1:4320',
    '192.0.2.7:4310',
    'localhost.evil.example:4310',
  ])('on loopback keeps %s out', (host) => {
    expect(isAllowedHost(host, LOCAL)).toBe(false);
  });
  it('takes literal addresses, and no foreign names, where the port was opened on purpose', () => {
    expect(isAllowedHost('192.0.2.7:4310', OPENED)).toBe(true);
    expect(isAllowedHost('[2001:db8::1]:4310', OPENED)).toBe(true);
    expect(isAllowedHost('evil.example:4310', OPENED)).toBe(false);
    expect(isAllowedHost('gallery.example:4310', { host: 'gallery.example', port: 4310 })).toBe(true);
  });
  it.each([
    ['127.0.0.2:4310', '127.0.0.2'],
    ['192.0.2.7:4310', '192.0.2.7'],
    ['192.0.2.7:4310', '::'],
  ])('takes the address under which a desk on another machine finds it: %s on %s', (host, bound) => {
    expect(isAllowedHost(host, { host: bound, port: 4310 })).toBe(true);
  });
  it('on another loopback address stays as closed as on the usual one', () => {
    for (const host of ['192.0.2.7:4310', '127.0.0.3:4310', 'evil.example:4310']) {
      expect(isAllowedHost(host, { host: '127.0.0.2', port: 4310 })).toBe(false);
    }
  });
});

describe('Origin', () => {
  it('of the app’s window is ours whichever machine it runs on; another server’s page is foreign', () => {
    expect(isAllowedOrigin('tallyroom://desk', '192.0.2.7:4310')).toBe(true);
    expect(isAllowedOrigin('http://127.0.0.1:4310', '192.0.2.7:4310')).toBe(false);
  });
  it.each([undefined, 'tallyroom://desk', 'http://127.0.0.1:4310'])('%s is ours', (origin) => {
    expect(isAllowedOrigin(origin, '127.0.0.1:4310')).toBe(true);
  });
  it.each([
    'null',
    '',
    'http://evil.example',
    'http://127.0.0.1:4320',
    'https://127.0.0.1:4310',
    'tallyroom://desk.evil',
  ])('%s is foreign', (origin) => {
    expect(isAllowedOrigin(origin, '127.0.0.1:4310')).toBe(false);
  });
});
