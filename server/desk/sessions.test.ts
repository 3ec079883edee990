import { expect, it } from 'vitest';
import type { DeskCode } from '../../shared/protocol/process.ts';
import { bearerOf, Sessions } from './sessions.ts';

const TOKENS = {
  owner: 'o'.repeat(43),
  producer: 'p'.repeat(43),
  director: 'd'.repeat(43),
  operator: 'x'.repeat(43),
  verifier: 'v'.repeat(43),
};
const CODE: DeskCode = { code: 'one-time', actor: 'owner', roles: ['owner'], source: 'desk' };

function sessions(secret: string, used: string[] = []): Sessions {
  return new Sessions({
    deskTokens: TOKENS,
    sessionSecret: secret,
    codes: [CODE],
    onCodeUsed: (code) => used.push(code),
  });
}

it('spends a code once and says so to whoever made it', () => {
  const used: string[] = [];
  const desk = sessions('secret', used);
  const opened = desk.open('one-time');
  expect(opened?.who).toMatchObject({ actor: 'owner', roles: ['owner'] });
  expect(used).toEqual(['one-time']);
  expect(desk.open('one-time')).toBeNull();
  expect(desk.open('never-made')).toBeNull();
});

it('knows a session token again after a restart with the same secret, and no other', () => {
  const token = sessions('secret').open('one-time')?.token ?? '';
  expect(sessions('secret').who(token)).toMatchObject({ actor: 'owner', roles: ['owner'] });
  expect(sessions('another').who(token)).toBeNull();
});

it('gives no rights to a token whose claims were changed', () => {
  const desk = sessions('secret');
  desk.addCode({ code: 'for-a-director', actor: 'director', roles: ['director'], source: 'desk' });
  const [, claims = '', signature = ''] = (desk.open('for-a-director')?.token ?? '').split('.');
  const more = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...more, roles: ['owner'] })).toString('base64url');
  expect(desk.who(`s.${claims}.${signature}`)?.roles).toEqual(['director']);
  for (const token of [`s.${forged}.${signature}`, `s.${claims}.`, `s.${claims}.${signature}.x`, 's..', '', 'o']) {
    expect(desk.who(token)).toBeNull();
  }
});

it('gives each role token its own role', () => {
  const desk = sessions('secret');
  for (const [role, token] of Object.entries(TOKENS))
    expect(desk.who(token)).toMatchObject({ actor: role, roles: [role] });
});

it('reads bearer headers only', () => {
  expect(bearerOf('Bearer abc')).toBe('abc');
  expect(bearerOf('bearer abc')).toBe('abc');
  for (const header of [undefined, '', 'abc', 'Basic abc', 'Bearer a b']) expect(bearerOf(header)).toBeNull();
});
