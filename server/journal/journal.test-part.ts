/** What every journal is held to. */
import { expect, it } from 'vitest';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import { Fenced, type Journal, Unstorable } from './journal.ts';
import type { StoredEntry } from './journal-messages.ts';

function entry(seq: number, command: unknown): StoredEntry {
  return {
    ...{ seq, atMs: 1_800_000_000_000 + seq, actor: 'producer', source: 'test', commandId: `command-${seq}` },
    ...{ type: 'note', target: null, runId: null, command, events: [] },
    answer: { status: 'accepted', revision: seq, atMs: 1 },
  };
}

/** @param open the same place at every call within a test, as another core would find it; the test closes it */
export function journalContract(open: () => Promise<Journal>): void {
  it('is there again for the next core, which counts a higher epoch', async () => {
    const first = await open();
    await first.append(entry(1, { n: 1 }), []);
    await first.close();
    const next = await open();
    expect(next.loaded.epoch).toBeGreaterThan(first.loaded.epoch);
    expect(next.loaded.entries).toEqual([entry(1, { n: 1 })]);
    await next.close();
  });

  it('reads the entries behind its newest snapshot only', async () => {
    const first = await open();
    for (let seq = 1; seq <= 3; seq++) await first.append(entry(seq, null), []);
    await first.saveSnapshot({ ...EMPTY_SHOW, revision: 2 });
    await first.close();
    const next = await open();
    expect([next.loaded.snapshot?.revision, next.loaded.entries.map(({ seq }) => seq)]).toEqual([2, [3]]);
    await next.close();
  });

  it('answers what became of a command, and which command an entry was', async () => {
    const journal = await open();
    await journal.append(entry(1, null), []);
    expect(await journal.answerTo('producer', 'command-1')).toEqual({ status: 'accepted', revision: 1, atMs: 1 });
    expect(await journal.answerTo('director', 'command-1')).toBeNull();
    expect([await journal.commandAt(1), await journal.commandAt(2)]).toEqual(['command-1', null]);
    await journal.close();
  });

  it('tells an entry that can not be stored from one whose place is taken, and takes the next', async () => {
    const journal = await open();
    const endless: unknown[] = [];
    endless.push(endless);
    const failed = (one: StoredEntry) => journal.append(one, []).catch((error: unknown) => error);
    expect(await failed(entry(1, endless))).toBeInstanceOf(Unstorable);
    await journal.append(entry(1, null), []);
    expect(await failed({ ...entry(1, null), commandId: 'another' })).toBeInstanceOf(Fenced);
    expect(await failed({ ...entry(2, null), commandId: 'command-1' })).toBeInstanceOf(Fenced);
    await journal.append(entry(2, null), []);
    expect((await journal.page(0, 10)).entries.map(({ revision }) => revision)).toEqual([1, 2]);
    await journal.close();
  });
}
