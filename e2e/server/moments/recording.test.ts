import { expect, test } from 'vitest';
import { PlainNames } from './plain-names.ts';
import { differencesOf } from './recording.ts';

test.each([
  ['a value', { poll: { round: 1 } }, { poll: { round: 2 } }, [{ path: 'poll.round', before: '1', after: '2' }]],
  ['a new field', { a: [{}] }, { a: [{ b: null }] }, [{ path: 'a[0].b', before: '(absent)', after: 'null' }]],
  ['a field that is gone', { a: 1, b: '' }, { a: 1 }, [{ path: 'b', before: '""', after: '(absent)' }]],
  ['one more', { a: [1] }, { a: [1, 2] }, [{ path: 'a[1]', before: '(absent)', after: '2' }]],
  ['a kind', { a: [] }, { a: {} }, [{ path: 'a', before: '[]', after: '{}' }]],
  ['an order', { a: 1, b: 2 }, { b: 2, a: 1 }, [{ path: '(all), order of keys', before: 'a,b', after: 'b,a' }]],
  ['nothing', { a: [{ b: null }] }, { a: [{ b: null }] }, []],
])('%s that differs is told with its path', (_what, before, after, differences) => {
  expect(differencesOf(before, after)).toEqual(differences);
});

test('a name goes with its value for the whole evening, and a time with what it is an exact while after', () => {
  const names = new PlainNames({ code: 'SECRET' });
  const openedAtMs = Date.now();
  const run = {
    openedAtMs,
    closesAtMs: openedAtMs + 30_000,
    windowMs: 30_000,
    head: 'abc',
    url: 'http://127.0.0.1:4310/?code=SECRET',
  };
  expect(names.plain([run, { head: 'def' }])).toEqual([
    {
      openedAtMs: '<time 1>',
      closesAtMs: '<time 1> + 30000',
      windowMs: 30_000,
      head: '<hash 1>',
      url: 'http://<address 1>/?code=<code>',
    },
    { head: '<hash 2>' },
  ]);
  const held = { head: 'abc', openedAtMs, closesAtMs: openedAtMs + 31_234, windowMs: 30_000, serverNowMs: openedAtMs };
  expect(names.plain(held)).toEqual({
    ...{ head: '<hash 1>', openedAtMs: '<time 1>', closesAtMs: '<time 2>', windowMs: 30_000, serverNowMs: '<time>' },
  });
});
