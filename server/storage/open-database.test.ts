import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, isDiskTrouble, type Migration, openDatabase } from './open-database.ts';
import { StorageError } from './storage-error.ts';

const first: Migration = (db) => {
  db.exec('CREATE TABLE words (word TEXT)');
};
const second: Migration = (db) => {
  db.exec("ALTER TABLE words ADD COLUMN language TEXT DEFAULT 'en'");
};

let dir: string;
let path: string;
const opened: Database[] = [];

function open(migrations: readonly Migration[], readonly = false): Database {
  const database = openDatabase(path, { migrations, readonly, busyTimeoutMs: 20 });
  opened.push(database);
  return database;
}

function failure(open: () => unknown): StorageError {
  try {
    open();
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error('it opened');
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-database-'));
  path = join(dir, 'words.db');
});
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
  rmSync(dir, { recursive: true });
});

describe('a database', () => {
  it('writes ahead and syncs fully, so that a commit is on disk', () => {
    const database = open([first]);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('busy_timeout', { simple: true })).toBe(20);
  });

  it('is moved step by step to our version, and what is in it stays', () => {
    open([first]).prepare("INSERT INTO words VALUES ('tally')").run();
    const later = open([first, second]);
    expect(later.pragma('user_version', { simple: true })).toBe(2);
    expect(later.prepare('SELECT * FROM words').all()).toEqual([{ word: 'tally', language: 'en' }]);
  });

  it('stays as it was when a step fails halfway', () => {
    open([first]);
    const broken: Migration = (db) => {
      db.exec('DROP TABLE words');
      throw new Error('halfway');
    };
    expect(() => open([first, broken])).toThrow('halfway');
    const again = open([first]);
    expect(again.prepare('SELECT count(*) AS n FROM words').get()).toEqual({ n: 0 });
  });

  it('of a newer program is refused with both versions and the way out', () => {
    open([first, second]).close();
    const error = failure(() => open([first]));
    expect(error.code).toBe('newer-file');
    expect(error.message).toContain(path);
    expect(error.message).toMatch(/version 2.*up to 1.*--data/);
  });

  it('that is none is refused as damaged and left alone', () => {
    writeFileSync(path, 'This is no database at all, but a text.'.repeat(200));
    const error = failure(() => open([first]));
    expect(error.code).toBe('corrupt-file');
    expect(error.message).toMatch(/words\.db is damaged.*--data/);
  });

  it("that can't be opened says so", () => {
    mkdirSync(path);
    expect(failure(() => open([first])).code).toBe('cannot-open');
  });

  it('opened by a reader takes no write and is not made', () => {
    expect(failure(() => open([first], true)).code).toBe('cannot-open');
    open([first]);
    const reader = open([first], true);
    expect(() => reader.exec("INSERT INTO words VALUES ('x')")).toThrow(/readonly/);
  });
});

describe('trouble with the disk', () => {
  it('is told from a mistake of ours', () => {
    const database = open([first]);
    const other = open([first]);
    other.exec('BEGIN IMMEDIATE');
    expect(isDiskTrouble(thrownBy(() => database.exec("INSERT INTO words VALUES ('x')")))).toBe(true);
    other.exec('ROLLBACK');
    expect(isDiskTrouble(thrownBy(() => database.exec('SELECT * FROM nowhere')))).toBe(false);
    expect(isDiskTrouble(new Error('disk full'))).toBe(false);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
