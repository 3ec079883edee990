import { expect, test } from 'vitest';
import { type Contact, judgeLink, NO_CONTACT, sameOrNewer } from './link-state.ts';

const joined: Contact = { ...NO_CONTACT, joined: true, everJoined: true, heardAtMs: 10_000, socketSinceMs: 5_000 };

test('a silent link is seen early enough to be on screen within 2 s', () => {
  expect(judgeLink(joined, 11_750).kind).toBe('up');
  expect(judgeLink(joined, 11_751)).toEqual({ kind: 'silent', sinceMs: 10_000 });
});

test('a lost socket is down at once, and before the first contact it is connecting', () => {
  expect(judgeLink({ ...joined, joined: false }, 10_001).kind).toBe('down');
  expect(judgeLink(NO_CONTACT, 10_001).kind).toBe('connecting');
});

test('a link that stays as it is stays the same object', () => {
  const up = judgeLink(joined, 10_100);
  expect(sameOrNewer(up, judgeLink(joined, 10_200))).toBe(up);
});
