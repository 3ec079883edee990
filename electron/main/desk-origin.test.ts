import { describe, expect, it } from 'vitest';
import { isDeskUrl, mayUsePermission } from './desk-origin.ts';

describe("the desk page's origin", () => {
  it('is tallyroom://desk', () => {
    expect(isDeskUrl('tallyroom://desk/index.html')).toBe(true);
    expect(isDeskUrl('tallyroom://desk')).toBe(true);
  });

  it.each([
    'tallyroom://desk.evil/index.html',
    'tallyroom://evil/desk',
    'tallyroom://user@desk/',
    'http://desk/index.html',
    'file:///tallyroom://desk/',
    'about:blank',
    'null',
    '',
  ])('is not %s', (url) => {
    expect(isDeskUrl(url)).toBe(false);
  });

  it('is nobody without an address', () => {
    expect(isDeskUrl(null)).toBe(false);
    expect(isDeskUrl(undefined)).toBe(false);
  });
});

describe('permissions', () => {
  it.each(['local-network-access', 'local-network', 'loopback-network'])(
    'let the desk reach its server: %s',
    (name) => {
      expect(mayUsePermission(name, 'tallyroom://desk')).toBe(true);
      expect(mayUsePermission(name, 'tallyroom://desk/')).toBe(true);
      expect(mayUsePermission(name, 'http://127.0.0.1:4310/')).toBe(false);
    },
  );

  it.each(['media', 'notifications', 'clipboard-read', 'geolocation', 'openExternal', 'fullscreen', 'usb', 'unknown'])(
    'give the desk nothing else: %s',
    (name) => {
      expect(mayUsePermission(name, 'tallyroom://desk')).toBe(false);
    },
  );
});
