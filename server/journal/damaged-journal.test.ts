import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { openJournal } from './journal.ts';
import type { Loaded, StoredEntry } from './journal-messages.ts';
import { replay } from './journal-show.ts';

let dir: string;
let path: string;

const modeOf = (seq: number): Mode => (seq % 2 === 0 ? 'live' : 'rehearsal');
const entry = (seq: number): StoredEntry => ({
  ...{ seq, atMs: seq, actor: 'owner', source: 'test', commandId: `command-${seq}`, type: 'show.mode' },
  ...{ target: null, runId: null, command: null, answer: { status: 'accepted', revision: seq, atMs: seq } },
  events: [{ type: 'show.mode', mode: modeOf(seq) }],
});
const showAt = (revision: number): ShowState => ({
  ...EMPTY_SHOW,
  ...{ revision, headRevision: revision, mode: modeOf(revision) },
});

/** Nine entries with a snapshot after each third. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-damaged-'));
  path = join(dir, 'journal.db');
  const journal = await openJournal(path, 1);
  for (let seq = 1; seq <= 9; seq++) {
    await journal.append(entry(seq), []);
    if (seq % 3 === 0) await journal.saveSnapshot(showAt(seq));
  }
  await journal.append(entry(10), []);
  await journal.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

async function loadedAfter(...statements: string[]): Promise<Loaded> {
  const shell = new Database(path);
  for (const sql of statements) shell.exec(sql);
  shell.close();
  const journal = await openJournal(path, 1);
  await journal.close();
  return journal.loaded;
}

it.for([
  ['cut off', 'UPDATE snapshots SET state = substr(state, 1, 40) WHERE seq = 9'],
  ['overwritten', "UPDATE snapshots SET state = '####' WHERE seq = 9"],
  ['of no show', "UPDATE snapshots SET state = '{}' WHERE seq = 9"],
  ['null', "UPDATE snapshots SET state = 'null' WHERE seq = 9"],
  [
    'of another moment',
    'UPDATE snapshots SET state = replace(state, \'"revision":9\', \'"revision":8\') WHERE seq = 9',
  ],
] as [string, string][])(
  'a newest snapshot that is %s: the one before it is used, and that is told',
  async ([, damage]) => {
    const loaded = await loadedAfter(damage);
    expect([loaded.snapshot?.revision, loaded.entries.length, loaded.damagedSnapshots]).toEqual([6, 4, [9]]);
    expect(replay(loaded)).toEqual(showAt(10));
  },
);

it('without any snapshot that can be read everything is replayed', async () => {
  const loaded = await loadedAfter("UPDATE snapshots SET state = '{'");
  expect([loaded.snapshot, loaded.entries.length, loaded.damagedSnapshots]).toEqual([null, 10, [9, 6, 3]]);
  expect(replay(loaded)).toEqual(showAt(10));
});

it('an entry that is damaged before the snapshot costs nothing but its own line in the log', async () => {
  const shell = new Database(path);
  shell.exec("UPDATE entries SET answer = '{', command = '#', events = '#' WHERE seq = 2");
  shell.close();
  const journal = await openJournal(path, 1);
  expect(replay(journal.loaded)).toEqual(showAt(10));
  const { entries } = await journal.page(0, 3);
  expect(entries.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  expect(entries[1]?.answer).toMatchObject({ status: 'refused', message: expect.stringContaining('damaged') });
  await journal.close();
});

it.for([
  ['events are no JSON', "UPDATE entries SET events = '[{' WHERE seq = 10", 'its entry 10'],
  ['events are no list', "UPDATE entries SET events = '7' WHERE seq = 10", 'its entry 10'],
  ['answer is no JSON', "UPDATE entries SET answer = 'x' WHERE seq = 10", 'its entry 10'],
  ['events no version knows', `UPDATE entries SET events = '[{"type":"show.moXe"}]' WHERE seq = 10`, 'its entry 10'],
  ['events are null', "UPDATE entries SET events = '[null]' WHERE seq = 10", 'its entry 10'],
  ['number is missing', 'DELETE FROM entries WHERE seq = 5', 'its entry 5 is missing'],
  ['like the first is gone', 'DELETE FROM entries WHERE seq = 1', 'its entry 1 is missing'],
  ['like all after a snapshot is gone', 'DELETE FROM entries WHERE seq > 7', 'end with 7'],
] as [string, string, string][])('an entry whose %s is refused with what to do', async ([, damage, why]) => {
  const refused = loadedAfter(damage);
  await expect(refused).rejects.toMatchObject({ code: 'corrupt-file' });
  await expect(refused).rejects.toThrow(why);
  await expect(refused).rejects.toThrow('Put a copy of the file back');
});

it('an entry that says what can’t be is refused as well', async () => {
  const loaded = await loadedAfter(`UPDATE entries SET events = '[{"type":"show.imported"}]' WHERE seq = 10`);
  expect(() => replay(loaded)).toThrow('its entry 10');
});
