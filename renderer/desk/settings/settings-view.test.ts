import { describe, expect, test } from 'vitest';
import { momentWith } from '../testing/moment-fixture.ts';
import { NOW_MS, SHOW, T0_MS } from '../testing/show-fixture.ts';
import { awakeFact, ownServerWords, reachFact, roleWords, showFacts, showPanel, statusFact } from './settings-view.ts';

const up = { kind: 'up', sinceMs: 0 } as const;
const open = { kind: 'open', me: { actor: 'Mara L.', roles: [] }, deskUrl: 'http://127.0.0.1:4310' } as const;

describe('the show', () => {
  test('is told with its units, and what is not set says so', () => {
    const facts = Object.fromEntries(showFacts(SHOW, NOW_MS).map(({ name, value }) => [name, value]));
    expect(facts).toMatchObject({ Title: 'Saturday Finale', Mode: 'Live', 'Expected audience': '120,000 viewers' });
    expect(facts.Start).toBe('21 Nov 2026 20:00:00');
    const bare = showFacts({ show: { title: 'Untitled show', mode: 'rehearsal', revision: 1 }, cues: [] }, NOW_MS);
    expect(bare.map(({ value }) => value)).toEqual([
      'Untitled show',
      'Rehearsal: votes are never counted',
      'not set',
      'not set',
      'none yet',
    ]);
  });

  test('that has yet to start says in how long', () => {
    const start = showFacts(SHOW, T0_MS - 90_000).find(({ name }) => name === 'Start');
    expect(start?.value).toContain(', in 01:30');
  });

  test('is loading before it is known, and old without a link', () => {
    expect(showPanel(null)).toEqual({ kind: 'loading' });
    expect(showPanel(momentWith({}))).toEqual({ kind: 'fresh' });
    const down = { kind: 'down', sinceMs: NOW_MS - 12_000, attempt: 3 } as const;
    expect(showPanel(momentWith({ moment: { link: down } }))).toEqual({ kind: 'no-link', since: '12.0 s' });
  });
});

describe('the server', () => {
  test('of this machine is told as it is, with its own sentence where it failed', () => {
    expect(statusFact({ kind: 'running', deskUrl: 'http://127.0.0.1:4310', adopted: false }).warn).toBe(false);
    expect(statusFact({ kind: 'failed', message: 'The port 4310 is in use.' })).toMatchObject({
      value: 'The port 4310 is in use.',
      warn: true,
    });
    expect(ownServerWords({ kind: 'running', deskUrl: 'http://127.0.0.1:4310', adopted: true })).toContain(
      '127.0.0.1:4310',
    );
  });

  test('that is used is connected, silent, away, or over', () => {
    expect(reachFact(open, up)).toMatchObject({ value: 'connected', warn: false });
    expect(reachFact(open, { kind: 'silent', sinceMs: 0 }).warn).toBe(true);
    expect(reachFact(open, { kind: 'down', sinceMs: 0, attempt: 1 }).value).toContain('no link');
    const over = { kind: 'over', message: 'The session has ended.', hint: '' } as const;
    expect(reachFact(over, up)).toMatchObject({ value: 'The session has ended.', warn: true });
  });
});

describe('the display', () => {
  test('may sleep in a calm rehearsal, and is kept on in a live show', () => {
    expect(awakeFact(null, { kind: 'off' }).value).toContain('may go to sleep');
    expect(awakeFact('live', { kind: 'held' })).toMatchObject({
      value: expect.stringContaining('kept on'),
      warn: false,
    });
  });

  test('that can not be kept on although it should is a warning with its reason', () => {
    expect(awakeFact('busy', { kind: 'missing', why: 'No lock here.' })).toMatchObject({
      value: 'may go to sleep although something is armed or on air. No lock here.',
      warn: true,
    });
    expect(awakeFact('live', { kind: 'refused', why: 'the battery is low' }).warn).toBe(true);
  });
});

test('roles are told as a list', () => {
  expect(roleWords(['owner'])).toBe('owner');
  expect(roleWords(['director', 'operator', 'verifier'])).toBe('director, operator and verifier');
  expect(roleWords([])).toBe('none');
});
