import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogOutcome } from '../../shared/protocol/logbook.ts';
import { LogbookStore } from './logbook-store.ts';

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
  store.intent({ id, atMs, actor: 'Ana', source: 'key', type: 'cue.go', target: null, command: { id } });
const end = (id: string, outcome: LogOutcome['outcome']) =>
  store.outcome({
    ...{ id, outcome, code: null, message: null, latencyMs: null, answer: null },
    ...{ loggedLate: false, settled: false },
  });
const open = () => store.open(3_000, NOW_MS).map(({ id }) => id);

describe('open entries', () => {
  it('are those without an outcome or with `unknown`, once they are old enough', () => {
    intend('old', NOW_MS - 60_000);
    intend('unknown', NOW_MS - 3_000);
    intend('young', NOW_MS - 2_999);
    intend('answered', NOW_MS - 60_000);
    end('unknown', 'unknown');
    end('answered', 'not-sent');
    expect(open()).toEqual(['old', 'unknown']);
  });

  it('are also those that a clock set back has left in the future: they would stay open for hours', () => {
    intend('ahead', NOW_MS + 3_600_000);
    intend('a moment ahead', NOW_MS + 1_000);
    expect(open()).toEqual(['ahead']);
  });
});

describe('an entry', () => {
  it('is written once, however often its intent is sent', () => {
    expect(intend('a', NOW_MS)).toBe(intend('a', NOW_MS + 5));
    expect(store.list(0, 10)).toMatchObject([{ id: 'a', atMs: NOW_MS, outcome: null }]);
  });

  it('is listed after the one that was read last', () => {
    const seqs = ['a', 'b', 'c'].map((id) => intend(id, NOW_MS));
    expect(store.list(seqs[0] ?? 0, 1).map(({ id }) => id)).toEqual(['b']);
  });
});
