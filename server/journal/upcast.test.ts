import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW, type ShowState } from '../../shared/domain/show-state.ts';
import { type Journal, type JournalRefused, openJournal } from './journal.ts';
import type { Loaded } from './journal-messages.ts';

/** Written by the last product that wrote version 1: a rehearsal with a recall, a live show with CLEAR AIR, a rerun and a revoke. */
const VERSION_1 = readFileSync(new URL('./version-1.test-part.sql', import.meta.url), 'utf8');
/** Written by the last product that wrote version 2: cues are edited, moved, added and removed in both modes, one while it is armed. */
const VERSION_2 = readFileSync(new URL('./version-2.test-part.sql', import.meta.url), 'utf8');
const MIDDLE = 16;
const LAST = 28;

let dir: string;
let path: string;
let journal: Journal | null;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tallyroom-upcast-'));
  path = join(dir, 'journal.db');
  journal = null;
});
afterEach(async () => {
  await journal?.close();
  rmSync(dir, { recursive: true });
});

function loadedAfter(...statements: string[]): Promise<Loaded> {
  return loadedFrom(VERSION_1, statements);
}

async function loadedFrom(recorded: string, statements: readonly string[]): Promise<Loaded> {
  const shell = new Database(path);
  shell.exec(recorded);
  for (const sql of statements) shell.exec(sql);
  shell.close();
  journal = await openJournal(path, 1);
  return journal.loaded;
}

function fold({ snapshot, entries }: Loaded): ShowState {
  return entries.reduce((state, { seq, actor, source, commandId, atMs, events }) => {
    return evolveEntry(state, events, { seq, act: { actor, source, commandId, atMs } });
  }, snapshot ?? EMPTY_SHOW);
}

/** A snapshot of version 1 doesn't know by which entries a run was made and opened. */
function withoutMakers(state: ShowState): ShowState {
  const runs = Object.entries(state.runs).map(([id, run]) => [
    id,
    { ...run, madeAtRevision: 0, openedAtRevision: null },
  ]);
  return { ...state, runs: Object.fromEntries(runs) as ShowState['runs'] };
}

describe('a journal of version 1', () => {
  it('replays from its entries alone to what its own product had come to', async () => {
    const { entries, snapshot } = await loadedAfter('DELETE FROM snapshots');
    expect(snapshot).toBeNull();
    const replayed = fold({ epoch: 1, snapshot, entries, toldHeads: [], damagedSnapshots: [] });
    const own = JSON.parse(
      new Database(':memory:')
        .exec(VERSION_1)
        .prepare('SELECT state FROM snapshots WHERE seq = ?')
        .pluck()
        .get(LAST) as string,
    );
    expect(withoutMakers(replayed)).toMatchObject({ ...own, overlay: {} });
    expect(replayed.runs).toMatchObject({
      'p1:rehearsal:1': { intake: 'revoked', madeAtRevision: 1 },
      'p1:rehearsal:2': { intake: 'verified', madeAtRevision: 5, tally: { total: 7 } },
      'p1:live:1': { intake: 'verified', madeAtRevision: 14, tally: { total: 42 } },
      'p1:live:2': { intake: 'revoked', madeAtRevision: 20 },
      'p3:live:1': { intake: 'paused', madeAtRevision: 14 },
    });
  });

  it('comes to the same from a snapshot in its middle, whose runs and show get what they had not', async () => {
    const fromEntries = fold(await loadedAfter('DELETE FROM snapshots'));
    await journal?.close();
    rmSync(path);
    const loaded = await loadedAfter(`DELETE FROM snapshots WHERE seq = ${LAST}`);
    expect(loaded.snapshot).toMatchObject({ revision: MIDDLE, alarms: [], showId: fromEntries.showId });
    expect(loaded.snapshot?.runs).toMatchObject({ 'p2:rehearsal:1': { madeAtRevision: 0 } });
    expect(withoutLastChanges(withoutMakers(fold(loaded)))).toEqual(withoutLastChanges(withoutMakers(fromEntries)));
  });

  it('names its show by what only its import has, the same at every start', async () => {
    const { showId } = fold(await loadedAfter());
    expect(showId).toMatch(/^[0-9a-f-]{36}$/);
    await journal?.close();
    journal = await openJournal(path, 1);
    expect(fold(journal.loaded).showId).toBe(showId);
  });

  it('tells of each entry which run it was about, in the mode of its moment', async () => {
    const { entries } = await loadedAfter('DELETE FROM snapshots');
    expect(entries.map(({ seq, type, runId }) => [seq, type, runId])).toEqual([
      [1, 'show.import', null],
      [2, 'session.open', null],
      [3, 'cue.arm', 'p1:rehearsal:1'],
      [4, 'cue.go', 'p1:rehearsal:1'],
      [5, 'poll.recall', 'p1:rehearsal:1'],
      [6, 'cue.arm', 'p1:rehearsal:2'],
      [7, 'cue.go', 'p1:rehearsal:2'],
      [8, 'cue.go', 'p1:rehearsal:2'],
      [9, 'poll.close', 'p1:rehearsal:2'],
      [10, 'system.seal', 'p1:rehearsal:2'],
      [11, 'system.verify', 'p1:rehearsal:2'],
      [12, 'cue.add', null],
      [13, 'cue.ready', 'p3:rehearsal:1'],
      [14, 'show.mode', null],
      [15, 'cue.arm', 'p1:live:1'],
      [16, 'cue.go', 'p1:live:1'],
      [17, 'show.clear', null],
      [18, 'system.seal', 'p1:live:1'],
      [19, 'system.verify', 'p1:live:1'],
      [20, 'cue.rerun', 'p1:live:1'],
      [21, 'cue.arm', 'p1:live:2'],
      [22, 'cue.go', 'p1:live:2'],
      [23, 'poll.revoke', 'p1:live:2'],
      [24, 'switch.set', null],
      [25, 'command.barred', null],
      [26, 'cue.arm', 'p3:live:1'],
      [27, 'cue.go', 'p3:live:1'],
      [28, 'poll.pause', 'p3:live:1'],
    ]);
    const made = entries.flatMap(({ events }) => events.flatMap((e) => (e.type === 'run.created' ? e.runId : [])));
    expect(made).toEqual(['p1:rehearsal:2', 'p1:live:2']);
  });
});

/** A snapshot of an earlier version doesn't know what of the show was changed last by which entry. */
function withoutLastChanges(state: ShowState): ShowState {
  const cues = state.cues.map((cue) => ({ ...cue, airRevision: 0 }));
  const switches = Object.entries(state.switches).map(([id, setting]) => [id, { ...setting, revision: 0 }]);
  const outputs = Object.entries(state.overlay).map(([output, taken]) => [output, { ...taken, revision: 0 }]);
  const overlay = Object.fromEntries(outputs) as ShowState['overlay'];
  return { ...state, cues, switches: Object.fromEntries(switches) as ShowState['switches'], overlay, headRevision: 0 };
}

describe('a journal of version 2', () => {
  const LAST_OF_2 = 30;
  /** What its own product had come to, but for the word of the file's author that is a cue's number now. */
  const own = () => {
    const shell = new Database(':memory:').exec(VERSION_2);
    const state = shell.prepare(`SELECT state FROM snapshots WHERE seq = ${LAST_OF_2}`).pluck().get() as string;
    const show = JSON.parse(state) as Omit<ShowState, 'overlay'> & { overlay: { surface: string; runId: string } };
    const { surface, runId } = show.overlay;
    const cues = show.cues.map(({ cue: { number: _, ...cue }, ...rest }) => ({ ...rest, cue }));
    return { ...show, overlay: { [surface]: { runId } }, cues };
  };

  it('replays from its entries alone to what its own product had come to', async () => {
    const replayed = fold(await loadedFrom(VERSION_2, ['DELETE FROM snapshots']));
    expect(replayed).toMatchObject(own());
    expect(replayed.cues.map(({ cue }) => cue.number)).toEqual(replayed.cues.map(() => undefined));
  });

  it('comes to the same from a snapshot in its middle, and from its last', async () => {
    const fromEntries = fold(await loadedFrom(VERSION_2, ['DELETE FROM snapshots']));
    for (const statement of [`DELETE FROM snapshots WHERE seq = ${LAST_OF_2}`, 'SELECT 1']) {
      await journal?.close();
      rmSync(path);
      const loaded = await loadedFrom(VERSION_2, [statement]);
      expect(loaded.snapshot).not.toBeNull();
      expect(withoutLastChanges(fold(loaded))).toEqual(withoutLastChanges(fromEntries));
    }
  });
});

it('shows on one output what was taken there last, where an earlier version let the one replace the other', async () => {
  const OTHER = `SET events = '[{"type":"overlay.taken","surface":"side","runId":"q1:live:1"}]' WHERE seq = 28`;
  const outputs = async (...statements: string[]) => {
    await journal?.close();
    rmSync(path, { force: true });
    return fold(await loadedFrom(VERSION_2, [`UPDATE entries ${OTHER}`, ...statements])).overlay;
  };
  const side = { runId: 'q1:live:1', revision: 28 };
  expect(await outputs('DELETE FROM snapshots')).toEqual({ main: { runId: null, revision: 28 }, side });
  // From a snapshot that holds what the first output showed.
  const state = `'$.overlay', json('{"surface":"main","runId":"q1:live:1"}'), '$.revision', 27`;
  const made = `INSERT INTO snapshots SELECT 27, json_set(state, ${state}), version FROM snapshots WHERE seq = 30`;
  expect(await outputs(made, 'DELETE FROM snapshots WHERE seq = 30')).toEqual({
    main: { runId: null, revision: 28 },
    side,
  });
});

it('takes what an earlier snapshot does not know for changed last, so that nobody acts on what was seen before', async () => {
  const { snapshot } = await loadedFrom(VERSION_2, []);
  expect(snapshot).toMatchObject({ headRevision: 30, overlay: { main: { runId: 'q1:live:1', revision: 30 } } });
  expect(snapshot?.switches).toMatchObject({ 'results-cadence': { revision: 30 } });
  expect(snapshot?.cues.every(({ airRevision, revision }) => airRevision === revision)).toBe(true);
});

it('fills in what a snapshot of this version did not keep yet', async () => {
  journal = await openJournal(path, 1);
  const { clock: _clock, level: _level, ...older } = { ...EMPTY_SHOW, title: 'Older', revision: 1 };
  await journal.append(
    {
      seq: 1,
      atMs: 1,
      actor: 'system',
      source: 'test',
      commandId: 'c1',
      type: 'note',
      target: null,
      runId: null,
      command: null,
      answer: { status: 'accepted', revision: 1, atMs: 1 },
      events: [],
    },
    [],
  );
  await journal.saveSnapshot(older as ShowState);
  await journal.close();
  journal = await openJournal(path, 1);
  expect(journal.loaded.snapshot).toEqual({ ...older, clock: null, level: 0 });
});

it('refuses an entry of a version that it does not know, with what to do', async () => {
  const refused = loadedAfter('UPDATE entries SET version = 4 WHERE seq = 28', 'DELETE FROM snapshots WHERE seq = 28');
  await expect(refused).rejects.toMatchObject({
    code: 'newer-file',
    message: expect.stringMatching(/newer Tallyroom: its entry 28 has version 4.*--data/),
  } satisfies Partial<JournalRefused>);
});
