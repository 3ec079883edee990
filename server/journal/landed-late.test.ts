/** A write that failed says nothing of where its bytes are: what is found of one's own is nobody else's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredEntry } from './journal-messages.ts';

let dir: string;
let path: string;
let child: ChildProcess;
let stderr: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-landed-'));
  path = join(dir, 'journal.db');
  const script = fileURLToPath(new URL('./journal-child.test-part.ts', import.meta.url));
  child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'message');
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true });
});

function entry(seq: number, commandId: string): StoredEntry {
  return {
    ...{ seq, atMs: 1_800_000_000_000, actor: 'producer', source: 'test', commandId },
    ...{ type: 'note', target: null, runId: null, command: null, events: [] },
    answer: { status: 'accepted', revision: seq, atMs: 1 },
  };
}

async function appended(one: StoredEntry): Promise<unknown> {
  child.send(one);
  const [outcome] = await once(child, 'message');
  return outcome;
}

function inFile(act: (database: Database.Database) => void): void {
  const database = new Database(path);
  act(database);
  database.close();
}

/** As a disk whose fsync fails: the write is refused. */
const refuseWrites = () =>
  inFile((file) =>
    file.exec(`CREATE TRIGGER no_room BEFORE INSERT ON entries BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END`),
  );
/** The disk is well again, and this entry is on it. */
const land = ({ seq, atMs, actor, commandId }: StoredEntry) =>
  inFile((file) => {
    file.exec('DROP TRIGGER no_room');
    file
      .prepare(
        `INSERT INTO entries SELECT ?, ?, ?, source, ?, type, target, command, answer, '[]', version, run_id FROM entries WHERE seq = 1`,
      )
      .run(seq, atMs, actor, commandId);
  });

it('a core whose own refused entry is on disk after all starts anew and reads it: nobody has replaced it', async () => {
  expect(await appended(entry(1, 'first'))).toBe('written');
  refuseWrites();
  const refused = entry(2, 'refused');
  expect(await appended(refused)).toBe('WorkerFailed');
  expect(await appended(entry(2, 'refused as well'))).toBe('WorkerFailed');
  land(refused);
  child.send(entry(2, 'next'));
  const [code] = await once(child, 'close');
  expect(code).not.toBe(0);
  expect(stderr).toContain('its entry 2 is there after all');
});

it('an entry of the same number by another command is somebody else’s, also behind refused ones of our own', async () => {
  expect(await appended(entry(1, 'first'))).toBe('written');
  refuseWrites();
  expect(await appended(entry(2, 'refused'))).toBe('WorkerFailed');
  land(entry(2, 'of another core'));
  expect(await appended(entry(2, 'next'))).toBe('Fenced');
});
