import { expect, test } from 'vitest';
import type { JournalEntry } from '../../../shared/protocol/records.ts';
import type { DeskEntry } from '../logbook/desk-entry.ts';
import { at } from '../testing/show-fixture.ts';
import { cueWords, deskRow, detailOf, journalRow } from './log-row.ts';

const CUES = new Map([['cue-8', { number: '8', text: 'Should the jury save stand?' }]]);
const NAMES = { cues: CUES, people: {} };

function entry(seq: number, more: Partial<DeskEntry> = {}): DeskEntry {
  return {
    seq,
    id: `id-${seq}`,
    atMs: at(21, 14, 22),
    ...{ actor: 'Mara L.', source: 'key', type: 'cue.arm', target: 'cue-8', command: null },
    ...{ outcome: 'accepted', code: null, message: null, latencyMs: 18.4, answer: null },
    ...{ loggedLate: false, settled: false },
    ...more,
  };
}

function noted(type: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    revision: 44,
    atMs: at(21, 14, 22),
    ...{ actor: 'Tom W.', source: 'browser:9e77', commandId: 'x', type, command: null },
    answer: { status: 'accepted', revision: 44, atMs: 0 },
    ...more,
  };
}

test('a row says when, what, on which cue, by whom and what came of it', () => {
  const row = deskRow(entry(1), NAMES);
  expect(row).toMatchObject({
    ...{ time: '21:14:22', day: '21 Nov', action: 'ARM', who: 'Mara L.', by: 'person', source: 'key' },
    ...{ outcome: { group: 'accepted', word: 'accepted' }, latencyMs: 18.4, marks: [] },
  });
  expect(cueWords(row)).toBe('8 Should the jury save stand?');
  expect(cueWords(deskRow(entry(1, { target: 'gone' }), NAMES))).toBe('gone');
});

test('what is odd about an entry is marked', () => {
  const odd = {
    outcome: 'never-seen',
    loggedLate: true,
    settled: true,
    waits: true,
    server: 'http://10.0.0.7:4310',
  } as const;
  expect(deskRow(entry(2, odd), NAMES)).toMatchObject({
    outcome: { group: 'lost', word: 'never arrived' },
    marks: ['not with the core yet', 'logged late', 'asked afterwards', 'sent to http://10.0.0.7:4310'],
  });
  expect(deskRow(entry(3, { outcome: null }), NAMES).outcome).toEqual({ group: 'no-answer', word: 'waiting' });
});

test('what was in force before the journal had it is accepted, with a mark; older entries have none', () => {
  const answer = { status: 'accepted', revision: 41, atMs: 0, journaled: false } as const;
  const row = deskRow(entry(3, { type: 'show.clear', target: null, answer }), NAMES);
  expect(row.outcome).toEqual({ group: 'accepted', word: 'accepted' });
  expect(row.marks).toEqual(['in force before it was in the journal']);
  expect(journalRow(noted('show.clear', { answer }), NAMES).marks).toEqual(row.marks);
  const { journaled: _, ...old } = answer;
  expect(deskRow(entry(4, { answer: old }), NAMES).marks).toEqual([]);
});

test('a refusal keeps its code, its sentence and who won', () => {
  const conflict = { actor: 'Mara L.', source: 'desk:1', commandId: 'c-1', atMs: 5 };
  const answer = {
    status: 'refused',
    code: 'stale-revision',
    message: 'Mara was faster.',
    conflict,
    serverNowMs: 0,
  } as const;
  const row = journalRow(noted('cue.go', { answer }), NAMES);
  expect(row).toMatchObject({ outcome: { word: 'refused' }, code: 'stale-revision', conflict });
  expect(detailOf(row)).toBe('Mara was faster.');
});

test('time, reason, surface and switch of a command are told', () => {
  const said = (type: string, payload: object) => deskRow(entry(1, { type, command: { payload } }), NAMES).said;
  expect(said('poll.extend', { byMs: -10_000 })).toBe('−10 s');
  expect(said('poll.void', { reason: 'wrong picture' })).toBe('wrong picture');
  expect(said('poll.reveal', { surface: 'audience', visibility: 'counts' })).toBe('audience counts');
  expect(said('switch.set', { switch: 'results-cadence', position: 'on', reason: 'a test' })).toMatch(
    /^PIN ON “.+”, a test$/,
  );
});

test('what the server does by itself, and notes about desks, are no person’s acts', () => {
  const server = { actor: 'server', source: 'server' };
  expect(journalRow(noted('system.close', server), NAMES)).toMatchObject({ by: 'server', action: 'CLOSED' });
  const seal = noted('system.seal', { ...server, command: { tally: { total: 61_100 } } });
  expect(journalRow(seal, NAMES)).toMatchObject({ by: 'server', said: '61,100 votes' });
  const revert = noted('system.revert', {
    ...server,
    command: { switch: 'results-cadence', reason: 'its time is over' },
  });
  expect(journalRow(revert, NAMES)).toMatchObject({
    action: 'REVERTED',
    said: expect.stringMatching(/^AUTO .+, its time/),
  });
  const level = noted('system.level', { ...server, command: { from: 1, to: 3, cause: 'ack p99' } });
  expect(journalRow(level, NAMES)).toMatchObject({ action: 'LEVEL', said: '1 to 3, ack p99' });
  const opened = noted('session.open', { command: { roles: ['producer', 'director'] } });
  expect(journalRow(opened, NAMES)).toMatchObject({ by: 'note', action: 'DESK OPENED', said: 'producer, director' });
  expect(journalRow(noted('cue.go'), NAMES)).toMatchObject({ by: 'person', source: 'browser 9e77' });
});

test('a type that this page does not know stands as it is', () => {
  expect(journalRow(noted('cue.levitate'), NAMES)).toMatchObject({ action: 'cue.levitate', said: '' });
});

test('a sealed count says how much of it came from few networks; what the log lacks is not made up', () => {
  const sealed = (concentrated: unknown, tally: unknown) =>
    journalRow(noted('system.seal', { actor: 'server', source: 'server', command: { tally, concentrated } }), NAMES)
      .said;
  const few = { ballots: 4_310, networks: 2, above: 183 };
  expect(sealed(few, { total: 18_204 })).toBe(
    '18,204 votes, 4,310 of 18,204 (23.7 %) from 2 networks with over 183 ballots each',
  );
  expect(sealed(undefined, { total: 18_204 })).toBe('18,204 votes');
  expect(sealed({ ballots: 'many' }, { total: 18_204 })).toBe('18,204 votes');
  expect(sealed(few, undefined)).toBe('');
});
