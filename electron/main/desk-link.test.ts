import { describe, expect, it } from 'vitest';
import { parseDeskLink } from './desk-link.ts';

describe('a pasted link', () => {
  it.each([
    'http://192.0.2.7:4310/#code=once',
    'http://192.0.2.7:4310#code=once',
    '  http://192.0.2.7:4310/#code=once\n',
    'The desk is open at http://192.0.2.7:4310#code=once',
    'http://192.0.2.7:4310/?screen=director#code=once',
  ])('is understood: %o', (text) => {
    expect(parseDeskLink(text)).toEqual({ kind: 'link', deskUrl: 'http://192.0.2.7:4310', code: 'once' });
  });

  it('may lead to a server behind https', () => {
    expect(parseDeskLink('https://core.example/#code=once')).toMatchObject({ deskUrl: 'https://core.example' });
  });

  it.each([
    ['', 'not-a-link'],
    ['192.0.2.7:4310', 'not-a-link'],
    ['file:///etc/passwd#code=once', 'not-a-link'],
    ['http://:0:0/#code=once', 'not-a-link'],
    ['http://192.0.2.7:4320/', 'no-code'],
    ['http://192.0.2.7:4320/?code=R34D', 'no-code'],
    ['http://192.0.2.7:4310/#code=', 'no-code'],
  ])('is refused with what is missing: %o', (text, code) => {
    expect(parseDeskLink(text)).toMatchObject({ kind: 'refused', code });
  });
});
