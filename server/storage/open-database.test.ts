import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase, type Database, isAlone, isDiskTrouble, type Migration, openDatabase } from './open-database.ts';
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

describe.skipIf(process.platform === 'win32')('whoever else uses the machine', () => {
  const modes = () => ['', '-wal', '-shm'].map((end) => `${end} ${(statSync(path + end).mode & 0o777).toString(8)}`);

  it('can look into no database that is made, nor into its log', () => {
    const umask = process.umask(0o022);
    try {
      open([first]).exec("INSERT INTO words VALUES ('secret')");
      expect(modes()).toEqual([' 600', '-wal 600', '-shm 600']);
    } finally {
      process.umask(umask);
    }
  });

  it('can look no more into one that an older version made, nor into the log that a killed server left of it', () => {
    const other = open([first]);
    other.exec("INSERT INTO words VALUES ('secret')");
    for (const end of ['', '-wal', '-shm']) chmodSync(path + end, 0o644);
    open([first]);
    expect(modes()).toEqual([' 600', '-wal 600', '-shm 600']);
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

describe('a database that is closed', () => {
  it('holds all in its one file, also where the log was not carried over before', () => {
    const database = open([first]);
    database.pragma('wal_autocheckpoint = 0');
    database.prepare("INSERT INTO words VALUES ('tally')").run();
    const reader = openDatabase(path, { migrations: [first], readonly: true, busyTimeoutMs: 20 });
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    closeDatabase(database);
    // Somebody who still reads keeps the log's file, and nothing is left in it.
    expect(statSync(`${path}-wal`).size).toBe(0);
    reader.close();
  });

  it('is closed all the same where somebody reads an older state of it', () => {
    const database = open([first]);
    const reader = openDatabase(path, { migrations: [first], readonly: true, busyTimeoutMs: 20 });
    reader.exec('BEGIN');
    reader.prepare('SELECT * FROM words').all();
    database.prepare("INSERT INTO words VALUES ('tally')").run();
    closeDatabase(database);
    expect(database.open).toBe(false);
    reader.exec('COMMIT');
    expect(reader.prepare('SELECT * FROM words').all()).toEqual([{ word: 'tally' }]);
    reader.close();
  });

  it('was shared with others where the disk had room', () => {
    expect(isAlone(open([first]))).toBe(false);
  });
});

describe('a reader', () => {
  it('takes an older file where it says from which version on it can', () => {
    open([first]);
    const oldest = (version: number) => ({
      migrations: [first, second],
      readonly: { oldest: version },
      busyTimeoutMs: 20,
    });
    const reader = openDatabase(path, oldest(1));
    expect(reader.pragma('user_version', { simple: true })).toBe(1);
    reader.close();
    expect(failure(() => openDatabase(path, oldest(2))).code).toBe('cannot-open');
  });
});
