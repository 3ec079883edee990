import { createHmac } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { monotonicMs } from '../../shared/domain/time.ts';
import { type DeskCode, NO_SESSIONS, type SessionBook } from '../../shared/protocol/process.ts';
import { bearerOf, Sessions } from './sessions.ts';

const TOKENS = {
  owner: 'o'.repeat(43),
  producer: 'p'.repeat(43),
  director: 'd'.repeat(43),
  operator: 'x'.repeat(43),
  verifier: 'v'.repeat(43),
};
const CODE: DeskCode = { code: 'one-time', actor: 'owner', name: 'Ola', roles: ['owner'], source: 'desk' };

let elapsedMs = 0;
/** What a core has said last, for the one after it. */
let book: SessionBook = NO_SESSIONS;
beforeEach(() => {
  elapsedMs = 0;
  book = NO_SESSIONS;
});

function sessions(secret: string, used: string[] = []): Sessions {
  return new Sessions({
    book,
    onBook: (next) => {
      book = next;
    },
    monotonicNow: () => monotonicMs(elapsedMs),
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
  expect(opened).toMatchObject({ who: { actor: 'owner', roles: ['owner'] }, name: 'Ola' });
  expect(used).toEqual(['one-time']);
  expect(desk.open('one-time')).toBeNull();
  expect(desk.open('never-made')).toBeNull();
});

it('knows a session token again after a restart with the same secret, and no other', () => {
  const token = sessions('secret').open('one-time')?.token ?? '';
  expect(sessions('secret').who(token)).toMatchObject({ actor: 'owner', roles: ['owner'] });
  expect(sessions('another').who(token)).toBeNull();
});

it('knows the sessions of a core of an earlier version, and takes codes of such a supervisor: neither knew names', () => {
  const content = { actor: 'owner', roles: ['owner'], source: 'desk:1', sinceMs: 0 };
  const claims = Buffer.from(JSON.stringify(content)).toString('base64url');
  const signature = createHmac('sha256', 'secret').update(claims).digest('base64url');
  const desk = sessions('secret');
  expect(desk.who(`s.${claims}.${signature}`)).toEqual({ actor: 'owner', roles: ['owner'], source: 'desk:1' });
  desk.addCode({ code: 'nameless', actor: 'local desk', roles: ['owner'], source: 'desk' });
  expect(desk.open('nameless')).toMatchObject({ who: { actor: 'local desk' }, name: 'local desk' });
});

it('gives no rights to a token whose claims were changed', () => {
  const desk = sessions('secret');
  desk.addCode({ code: 'for-a-director', actor: 'director', name: 'director', roles: ['director'], source: 'desk' });
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

const DAY_MS = 86_400_000;

it('ends a session a week after its last use, also over a restart of the core', () => {
  const token = sessions('secret').open('one-time')?.token ?? '';
  for (let day = 6; day <= 60; day += 6) {
    elapsedMs = day * DAY_MS;
    expect(sessions('secret').who(token), `day ${day}`).not.toBeNull();
  }
  elapsedMs += 7 * DAY_MS + 1;
  expect(sessions('secret').who(token)).toBeNull();
});

it('ends all of them at once, but for the one that asks, and the codes with them', () => {
  const used: string[] = [];
  const desk = sessions('secret', used);
  desk.addCode({ ...CODE, code: 'second' });
  desk.addCode({ ...CODE, code: 'unused' });
  const mine = desk.open('one-time');
  const other = desk.open('second');
  elapsedMs += 1;
  expect(desk.endAll(mine?.who.source ?? null)).toBe(1);
  expect(used).toContain('unused');
  expect(desk.open('unused')).toBeNull();
  for (const core of [desk, sessions('secret')]) {
    expect(core.who(mine?.token ?? '')).toEqual(mine?.who);
    expect(core.who(other?.token ?? '')).toBeNull();
    expect(core.who(TOKENS.owner)).not.toBeNull();
  }
  elapsedMs += 1;
  const later = sessions('secret').open('one-time');
  expect(desk.who(later?.token ?? '')).toEqual(later?.who);
});

it('remembers a thousand sessions at most', () => {
  const desk = sessions('secret');
  const tokens = Array.from({ length: 1_200 }, (_, n) => {
    desk.addCode({ ...CODE, code: `${n}` });
    return desk.open(`${n}`)?.token ?? '';
  });
  elapsedMs = DAY_MS;
  expect(tokens.every((token) => desk.who(token) !== null)).toBe(true);
  expect(Object.keys(book.usedMs)).toHaveLength(1_000);
});
