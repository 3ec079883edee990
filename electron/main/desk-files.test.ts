import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskFile } from './desk-files.ts';

const dir = resolve('/app/out/desk');

describe('the files behind tallyroom://desk', () => {
  it('are the built page and its assets, with their types', () => {
    expect(deskFile('tallyroom://desk/', dir)).toEqual({
      path: join(dir, 'index.html'),
      contentType: 'text/html; charset=utf-8',
    });
    expect(deskFile('tallyroom://desk/assets/index-a1.js?v=1#x', dir)).toEqual({
      path: join(dir, 'assets/index-a1.js'),
      contentType: 'text/javascript; charset=utf-8',
    });
    expect(deskFile('tallyroom://desk/assets/inter.woff2', dir)?.contentType).toBe('font/woff2');
    expect(deskFile('tallyroom://desk/assets/a.css', dir)?.contentType).toBe('text/css; charset=utf-8');
  });

  it.each([
    'tallyroom://desk/..%2f..%2fkeys.json',
    'tallyroom://desk/%2e%2e/%2e%2e/keys.json/../../..%2fkeys.json',
    'tallyroom://desk/assets/..%2f..%2f..%2fkeys.json',
    'tallyroom://desk/..%5c..%5ckeys.json',
    'tallyroom://desk/..%2fdesk-other%2fkeys.json',
    'tallyroom://desk/index.html%00.js',
    'tallyroom://desk/%E0%A4%A',
  ])('never leave the folder of the page: %s', (url) => {
    expect(deskFile(url, dir)).toBeNull();
  });

  it('stay inside where dots are folded by the address itself', () => {
    expect(deskFile('tallyroom://desk/a/../../keys.json', dir)?.path).toBe(join(dir, 'keys.json'));
  });

  it.each(['tallyroom://other/index.html', 'file:///etc/passwd', 'https://desk/index.html'])(
    'are not served under another origin: %s',
    (url) => {
      expect(deskFile(url, dir)).toBeNull();
    },
  );

  it('have a type that the page uses, or are not served', () => {
    expect(deskFile('tallyroom://desk/assets/index.js.map', dir)).toBeNull();
    expect(deskFile('tallyroom://desk/assets/', dir)).toBeNull();
  });
});
