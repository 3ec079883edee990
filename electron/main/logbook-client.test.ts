import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogIntent, LogOutcome } from '../../shared/protocol/logbook.ts';
import { LogbookClient } from './logbook-client.ts';

const program = fileURLToPath(new URL('../logbook/main.ts', import.meta.url));
let dataDir: string;
let logbook: LogbookClient;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tallyroom-logbook-'));
  logbook = open();
});
afterEach(async () => {
  await logbook.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): LogbookClient {
  return new LogbookClient(() =>
    spawn(process.execPath, [program, '--data', dataDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
}

function kill(): void {
  if (logbook.pid === null) throw new Error('no logbook runs');
  process.kill(logbook.pid, 'SIGKILL');
}

const intent = (id: string = randomUUID()): LogIntent => ({
  id,
  atMs: Date.now(),
  actor: 'Ana',
  source: 'button',
  type: 'cue.go',
  target: 'winner',
  command: { id, type: 'cue.go', target: 'winner', clientTimeMs: 1 },
});
const outcome = (id: string, was: Partial<LogOutcome> = {}): LogOutcome => ({
  id,
  outcome: 'accepted',
  code: null,
  message: null,
  latencyMs: 12.5,
  answer: { status: 'accepted', revision: 7, atMs: 1_000 },
  loggedLate: false,
  settled: false,
  ...was,
});

it('keeps its files for their owner alone, whoever may look into the folder', async () => {
  chmodSync(dataDir, 0o755);
  await logbook.intent(intent());
  const modes = readdirSync(dataDir).map((name) => statSync(join(dataDir, name)).mode & 0o777);
  expect(modes.length).toBeGreaterThan(0);
  expect(modes.filter((mode) => mode !== 0o600)).toEqual([]);
});

describe('the logbook', () => {
  it('keeps that an act was in force before the journal had it, and reads entries that know nothing of it', async () => {
    const [cleared, older] = [intent(), intent()];
    await logbook.intent(cleared);
    await logbook.intent(older);
    const answer = { status: 'accepted', revision: 7, atMs: 1_000 } as const;
    await logbook.outcome(outcome(cleared.id, { answer: { ...answer, journaled: false } }));
    await logbook.outcome(outcome(older.id, { answer }));
    const entries = await logbook.list(0, 10);
    expect(entries.map((entry) => entry.answer)).toEqual([{ ...answer, journaled: false }, answer]);
  });

  it('keeps an action with its outcome, as it was given', async () => {
    const action = intent();
    await logbook.intent(action);
    await logbook.outcome(outcome(action.id, { loggedLate: true }));
    expect(await logbook.list(0, 10)).toEqual([{ ...action, seq: 1, ...outcome(action.id, { loggedLate: true }) }]);
  });

  it('has an intent on disk when it says so: killed right after, it still has it', async () => {
    const action = intent();
    await logbook.intent(action);
    kill();
    const [entry] = await logbook.list(0, 10);
    expect(entry).toMatchObject({ id: action.id, outcome: null });
  });

  it('loses nothing and doubles nothing when it is killed again and again under its work', {
    timeout: 120_000,
  }, async () => {
    const actions = Array.from({ length: 60 }, () => intent());
    const confirmed: Promise<void>[] = [];
    for (const [i, action] of actions.entries()) {
      confirmed.push(logbook.intent(action).then(() => logbook.outcome(outcome(action.id))));
      if (i % 20 === 10) {
        // It lives and works on the ones after it.
        await confirmed[i - 8];
        kill();
      }
    }
    await Promise.all(confirmed);
    const entries = await logbook.list(0, 1_000);
    expect(entries.map(({ id }) => id).sort()).toEqual(actions.map(({ id }) => id).sort());
    expect(entries.every((entry) => entry.outcome === 'accepted')).toBe(true);
  });

  it('tells when it is back, so that what stayed open can be settled', async () => {
    const back = vi.fn();
    logbook.onRespawned(back);
    await logbook.intent(intent());
    expect(back).not.toHaveBeenCalled();
    kill();
    await vi.waitFor(() => expect(back).toHaveBeenCalledOnce(), 10_000);
  });

  it('tells of every entry and every outcome', async () => {
    const changed = vi.fn();
    logbook.onChanged(changed);
    const action = intent();
    await logbook.intent(action);
    await logbook.outcome(outcome(action.id));
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('lets a late answer replace `unknown`, and nothing replace an answer', async () => {
    const action = intent();
    await logbook.intent(action);
    await logbook.outcome(outcome(action.id, { outcome: 'unknown', latencyMs: null, answer: null }));
    await logbook.outcome(outcome(action.id, { settled: true, latencyMs: null }));
    await logbook.outcome(outcome(action.id, { outcome: 'unknown', latencyMs: null, answer: null }));
    await logbook.outcome(outcome(action.id, { outcome: 'never-seen', answer: null }));
    const [entry] = await logbook.list(0, 10);
    expect(entry).toMatchObject({ outcome: 'accepted', settled: true, answer: { revision: 7 } });
  });

  it('refuses an outcome that belongs to no action', async () => {
    await expect(logbook.outcome(outcome('nobody'))).rejects.toThrow(/no action nobody/);
  });

  it('ends when the app that it belongs to is gone', async () => {
    const child = spawn(process.execPath, [program, '--data', dataDir], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await new Promise((resolve) => child.once('message', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    child.kill('SIGINT');
    // Signals are for the app: it is still there.
    const answered = new Promise((resolve) => child.once('message', resolve));
    child.send({ t: 'list', ref: 1, afterSeq: 0, limit: 1 });
    expect(await answered).toEqual({ t: 'entries', ref: 1, entries: [] });
    child.disconnect();
    expect(await ended).toBe(0);
  });
});

describe('a logbook file of a newer Tallyroom', () => {
  it('is left alone, and whoever wants to write is told why', async () => {
    await logbook.close();
    const file = join(dataDir, 'logbook.db');
    const newer = new Database(file);
    newer.pragma('user_version = 99');
    newer.close();
    const starts = vi.fn();
    logbook = new LogbookClient(() => {
      starts();
      return spawn(process.execPath, [program, '--data', dataDir], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    });
    await expect(logbook.intent(intent())).rejects.toThrow(/newer Tallyroom/);
    await expect(logbook.list(0, 1)).rejects.toThrow(/newer Tallyroom/);
    await vi.waitFor(() => expect(logbook.pid).toBeNull());
    expect(starts).toHaveBeenCalledOnce();
  });
});
