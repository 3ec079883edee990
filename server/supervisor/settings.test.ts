import { expect, test } from 'vitest';
import { resolveSettings } from './settings.ts';

test('flags win over the environment, that over the file, that over the defaults', () => {
  const file = { deskPort: 1, audiencePort: 1, edges: 1, deskHost: '::1', somebodyElses: true };
  const env = { TALLYROOM_DESK_PORT: '2', TALLYROOM_AUDIENCE_PORT: '2', TALLYROOM_EDGES: '' };
  const outcome = resolveSettings({ deskPort: '3' }, env, file);
  expect(outcome).toMatchObject({
    settings: { deskPort: 3, audiencePort: 2, edges: 1, deskHost: '::1', audienceHost: '0.0.0.0', mode: null },
  });
});

test('the number of edges is left to the server unless somebody sets it', () => {
  expect(resolveSettings({}, {}, null)).toMatchObject({ settings: { edges: 'auto', capacity: null, arrivals: null } });
  expect(
    resolveSettings({ edges: 'auto' }, { TALLYROOM_CAPACITY: '141000' }, { edges: 4, arrivals: 5000 }),
  ).toMatchObject({
    settings: { edges: 'auto', capacity: 141_000, arrivals: 5_000 },
  });
  expect(resolveSettings({ edges: '4' }, {}, null)).toMatchObject({ settings: { edges: 4 } });
});

test('trusted proxies may be a list in each place', () => {
  const proxies = ['10.0.0.0/8', 'fd00::/8'];
  for (const [flags, env, file] of [
    [{ trustedProxies: proxies }, {}, null],
    [{}, { TALLYROOM_TRUSTED_PROXY: '10.0.0.0/8, fd00::/8' }, null],
    [{}, {}, { trustedProxies: proxies }],
  ] as const) {
    expect(resolveSettings(flags, env, file)).toMatchObject({ settings: { trustedProxies: proxies } });
  }
});

test.each([
  [{ deskPort: '70000' }, {}, {}, '--desk-port must be at most 65535 (it is "70000").'],
  [{}, { TALLYROOM_MODE: 'test' }, {}, 'TALLYROOM_MODE must be one of live, rehearsal (it is "test").'],
  [{}, {}, { edges: 0 }, '"edges" in settings.json must be auto or a whole number from 1 to 32 (it is 0).'],
  [{ edges: '33' }, {}, {}, '--edges must be auto or a whole number from 1 to 32 (it is "33").'],
  [{ capacity: 'all' }, {}, {}, '--capacity must be a number (it is "all").'],
  [{}, { TALLYROOM_ARRIVALS: '0' }, {}, 'TALLYROOM_ARRIVALS must be at least 1 (it is "0").'],
  [{ publicUrl: 'vote.tv' }, {}, {}, '--public-url must be an address that starts with http:// or https://'],
  [{ trustedProxies: ['proxy'] }, {}, {}, '--trusted-proxy must be an address or a network'],
  [{}, {}, [], 'settings.json must hold one JSON object.'],
])('says which setting is wrong, where it stands and why: %#', (flags, env, file, words) => {
  const outcome = resolveSettings(flags, env, file);
  expect(outcome.kind === 'refused' && outcome.message).toContain(words);
});
