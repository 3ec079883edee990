import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PollId, RunId } from '../../shared/protocol/ids.ts';
import { journalContract } from './journal.test-part.ts';
import { Fenced, type Journal, openJournal } from './journal.ts';
import { JournalFile } from './journal-file.ts';
import type { StoredEntry } from './journal-messages.ts';

let dir: string;
let path: string;
const open: Journal[] = [];

async function journalAt(epoch = 1): Promise<Journal> {
  const journal = await openJournal(path, epoch);
  open.push(journal);
  return journal;
}

function entry(seq: number, command: unknown = null): StoredEntry {
  return {
    seq,
    atMs: 1_800_000_000_000 + seq,
    actor: 'producer',
    source: 'test',
    commandId: `command-${seq}`,
    type: 'note',
    target: null,
    runId: null,
    command,
    answer: { status: 'accepted', revision: seq, atMs: 1 },
    events: [],
  };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-journal-'));
  path = join(dir, 'journal.db');
});
afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  rmSync(dir, { recursive: true });
});

describe('a journal in a file', () => journalContract(() => openJournal(path, 1)));

describe('the epoch', () => {
  const nextEpoch = async (least: number) => {
    const { epoch } = (await journalAt(least)).loaded;
    await open.pop()?.close();
    return epoch;
  };

  it('is higher with every start, and never below what the supervisor asks for', async () => {
    expect([await nextEpoch(1), await nextEpoch(1), await nextEpoch(1_800), await nextEpoch(5)]).toEqual([
      1, 2, 1_800, 1_801,
    ]);
  });
});

describe('a page', () => {
  it('tells what a cue was called that was taken off, where its entry kept that', async () => {
    const journal = await journalAt();
    const was = { number: '7.1', text: 'Who sings?' };
    for (const [seq, kept] of [{}, { was }].entries()) {
      const events = [{ type: 'cue.removed' as const, cueId: 'q1' as PollId, ...kept }];
      await journal.append({ ...entry(seq + 1, null), type: 'cue.remove', target: 'q1', events }, []);
    }
    const { entries } = await journal.page(0, 10);
    expect(entries.map(({ removed }) => removed)).toEqual([undefined, was]);
  });

  it('ends at its limit and says where the next one begins', async () => {
    const journal = await journalAt();
    for (let seq = 1; seq <= 5; seq++) await journal.append(entry(seq, { n: seq }), []);
    const { entries, next } = await journal.page(1, 2);
    expect(entries.map(({ revision, command }) => [revision, command])).toEqual([
      [2, { n: 2 }],
      [3, { n: 3 }],
    ]);
    expect(next).toBe(3);
    expect((await journal.page(3, 10)).next).toBeNull();
  });

  it('ends early where entries are large, and holds one however large it is', async () => {
    const journal = await journalAt();
    for (let seq = 1; seq <= 6; seq++)
      await journal.append(entry(seq, 'x'.repeat(seq === 6 ? 3_000_000 : 400_000)), []);
    const pages: number[][] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page = await journal.page(after, 100);
      pages.push(page.entries.map(({ revision }) => revision));
      after = page.next;
    }
    expect(pages).toEqual([[1, 2], [3, 4], [5], [6]]);
  });

  it('is read while the thread that writes entries is kept from its work, and keeps that from nothing', async () => {
    const journal = await journalAt();
    await journal.append(entry(1), []);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const written = journal.append(entry(2), []).then(() => (isWritten = true));
    expect((await journal.page(0, 10)).entries.map(({ revision }) => revision)).toEqual([1]);
    expect(isWritten).toBe(false);
    other.exec('COMMIT');
    other.close();
    await written;
  });
});

describe('heads that the ledger has told', () => {
  const head = (runId: string, link: number) => ({
    ...{ runId: runId as RunId, head: `head-${link}`, link },
    tally: { total: link, options: [] },
  });

  it('are there at the next start, the last of each run', async () => {
    const journal = await journalAt();
    await journal.tellHeads([head('q1:live:1', 3), head('q2:live:1', 4)]);
    await journal.tellHeads([head('q1:live:1', 9)]);
    await open.pop()?.close();
    expect((await journalAt()).loaded.toldHeads).toEqual([head('q2:live:1', 4), head('q1:live:1', 9)]);
  });

  it('cost entries none of their fsync', () => {
    const file = new JournalFile(path);
    const shell = vi.spyOn(Database.prototype, 'pragma');
    file.tellHeads([head('q1:live:1', 3)]);
    expect(shell.mock.calls.map(([pragma]) => pragma)).toEqual(['synchronous = NORMAL', 'synchronous = FULL']);
    shell.mockRestore();
    file.close();
  });
});

it('finds the command of an entry by its number', async () => {
  const journal = await journalAt();
  await journal.append(entry(1), []);
  expect(await journal.commandAt(1)).toBe('command-1');
  expect(await journal.commandAt(2)).toBeNull();
});

it('is all in its one file when it was closed, also where somebody has looked back in it', async () => {
  const journal = await journalAt();
  for (let seq = 1; seq <= 20; seq++) await journal.append(entry(seq), []);
  await journal.page(0, 5);
  await open.pop()?.close();
  expect(existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0).toBe(false);
  const copy = join(dir, 'copy.db');
  copyFileSync(path, copy);
  const shell = new Database(copy, { readonly: true });
  expect(shell.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(20);
  shell.close();
});

describe('an entry in a place that another writer has taken', () => {
  it.for([
    ['its number', (other: StoredEntry): StoredEntry => ({ ...other, commandId: 'a command of ours' })],
    ['its command', (other: StoredEntry): StoredEntry => ({ ...other, seq: 3 })],
  ] as const)('by %s is not written, and says that this core has been replaced', async ([, ours]) => {
    const journal = await journalAt();
    await journal.append(entry(1), []);
    const other = await journalAt();
    await other.append(entry(2), []);
    const error = await journal.append(ours(entry(2)), []).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(Fenced);
    expect((error as Error).message).toContain(`Another server has written to ${path}`);
    expect((await other.page(0, 10)).entries.map(({ revision, commandId }) => [revision, commandId])).toEqual([
      [1, 'command-1'],
      [2, 'command-2'],
    ]);
  });
});
