import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { LogOutcome } from '../../shared/protocol/logbook.ts';
import { LogbookStore, NoSuchAction, THIS_DESK } from './logbook-store.ts';

const NOW_MS = 1_700_000_000_000;
let dataDir: string;
let store: LogbookStore;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tallyroom-logbook-'));
  store = new LogbookStore(join(dataDir, 'logbook.db'));
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const intend = (id: string, atMs: number) =>
  store.intent(THIS_DESK, { id, atMs, actor: 'Ana', source: 'key', type: 'cue.go', target: null, command: { id } });
const end = (id: string, outcome: LogOutcome['outcome']) =>
  store.outcome(THIS_DESK, {
    ...{ id, outcome, code: null, message: null, latencyMs: null, answer: null },
    ...{ loggedLate: false, settled: false },
  });
const UNKNOWN: Omit<LogOutcome, 'id'> = {
  ...{ outcome: 'unknown', code: null, message: null, latencyMs: null, answer: null },
  ...{ loggedLate: false, settled: false },
};
const open = () => store.open().map(({ id }) => id);

test('an action keeps the server that it went to, where that is not the desk’s own', () => {
  const action = { atMs: NOW_MS, actor: 'Ana', source: 'key', type: 'cue.go', target: null, command: null };
  store.intent(THIS_DESK, { ...action, id: 'away', server: 'http://192.0.2.7:4310' });
  store.intent(THIS_DESK, { ...action, id: 'home' });
  expect(store.list(THIS_DESK, 0, 10).map(({ server }) => server)).toEqual(['http://192.0.2.7:4310', undefined]);
});

describe('open entries', () => {
  it('are those without an outcome or with `unknown`', () => {
    intend('unknown', NOW_MS - 3_000);
    intend('young', NOW_MS);
    intend('answered', NOW_MS - 60_000);
    end('unknown', 'unknown');
    end('answered', 'not-sent');
    expect(open()).toEqual(['unknown', 'young']);
  });

  it('are open whatever the wall clock was set to when they were written', () => {
    intend('ahead', NOW_MS + 3_600_000);
    intend('a moment ahead', NOW_MS + 1_000);
    intend('behind', NOW_MS - 3_600_000);
    expect(open()).toEqual(['ahead', 'a moment ahead', 'behind']);
  });
});

describe('an entry', () => {
  it('is written once, however often its intent is sent', () => {
    expect(intend('a', NOW_MS)).toBe(intend('a', NOW_MS + 5));
    expect(store.list(THIS_DESK, 0, 10)).toMatchObject([{ id: 'a', atMs: NOW_MS, outcome: null }]);
  });

  it('is listed after the one that was read last', () => {
    const seqs = ['a', 'b', 'c'].map((id) => intend(id, NOW_MS));
    expect(store.list(THIS_DESK, seqs[0] ?? 0, 1).map(({ id }) => id)).toEqual(['b']);
  });
});

describe('desks in one file', () => {
  const ofDesk = (desk: string, id: string) =>
    store.intent(desk, { id, atMs: NOW_MS, actor: desk, source: 'key', type: 'cue.go', target: null, command: null });

  it('neither see nor end each other’s actions, even under the same id', () => {
    ofDesk('a', 'same');
    ofDesk('b', 'same');
    store.outcome('b', {
      ...{ id: 'same', outcome: 'accepted', code: null, message: null, latencyMs: 3, answer: null },
      ...{ loggedLate: false, settled: false },
    });
    expect(store.list('a', 0, 10)).toMatchObject([{ actor: 'a', outcome: null }]);
    expect(store.list('b', 0, 10)).toMatchObject([{ actor: 'b', outcome: 'accepted' }]);
    expect(() => store.outcome('c', { ...UNKNOWN, id: 'same' })).toThrow(NoSuchAction);
  });

  it('are read from the newest back as well', () => {
    for (const id of ['1', '2', '3', '4']) ofDesk('a', id);
    ofDesk('b', 'other');
    const newest = store.before('a', null, 2);
    expect(newest.map(({ id }) => id)).toEqual(['3', '4']);
    expect(store.before('a', newest[0]?.seq ?? 0, 10).map(({ id }) => id)).toEqual(['1', '2']);
  });
});

test('a logbook of the version before keeps its entries, their numbers and what is open', () => {
  const path = join(dataDir, 'old.db');
  const old = new Database(path);
  old.exec(`
    CREATE TABLE entries (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL, target TEXT, command TEXT NOT NULL, outcome TEXT,
      code TEXT, message TEXT, latency_ms REAL, answer TEXT, logged_late INTEGER NOT NULL DEFAULT 0,
      settled INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE INDEX open_entries ON entries (at_ms) WHERE outcome IS NULL OR outcome = 'unknown';
    INSERT INTO entries (seq, id, at_ms, actor, source, type, command, outcome) VALUES
      (7, 'a', 1, 'Ana', 'key', 'cue.go', '{"n":1}', 'accepted'), (9, 'b', 2, 'Ana', 'key', 'cue.go', 'null', NULL);
    PRAGMA user_version = 1;`);
  old.close();
  const moved = new LogbookStore(path);
  expect(moved.list(THIS_DESK, 0, 10)).toMatchObject([
    { seq: 7, id: 'a', command: { n: 1 }, outcome: 'accepted' },
    { seq: 9, id: 'b', outcome: null },
  ]);
  expect(moved.allOpen()).toEqual([{ desk: THIS_DESK, actor: 'Ana', id: 'b' }]);
  moved.close();
});
