import { expect, test } from 'vitest';
import { EMPTY_SHOW, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { Role } from '../../shared/protocol/commands.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { Visibility } from '../../shared/protocol/show-file.ts';
import { shownEntry } from './shown-entry.ts';

const runId = 'q1:live:1' as RunId;
const tally = { total: 3, options: [{ id: 'a', count: 3 }] };

function entryOf(type: string, command: unknown): JournalEntry {
  const answer = { status: 'accepted' as const, revision: 7, atMs: 1 };
  return { revision: 7, atMs: 1, actor: 'server', source: 'core', commandId: 'x', type, command, answer };
}

function showWith(desk: Visibility): ShowState {
  const run = { runId, visibility: { desk, audience: 'hidden', overlay: 'hidden', api: 'hidden' } } as Run;
  return { ...EMPTY_SHOW, runs: { [runId]: run } };
}

test.for([
  ['hidden', 'owner', undefined],
  ['hidden', 'verifier', 3],
  ['turnout', 'director', 3],
  ['percentages', 'director', undefined],
  ['counts', 'director', 3],
] as [Visibility, Role, number | undefined][])(
  'a seal on a desk that is %s tells the %s a total of %s',
  ([desk, role, total]) => {
    const shown = shownEntry(entryOf('system.seal', { runId, head: 'h', tally }), [role], showWith(desk));
    expect(shown.command).toMatchObject({ runId, head: 'h' });
    expect((shown.command as { tally?: { total?: number } }).tally?.total).toBe(total);
  },
);

test('a command that may hold a right answer is kept from who may not know it', () => {
  const entry = entryOf('poll.answer', { payload: { answer: ['a'] } });
  expect(shownEntry(entry, ['director'], EMPTY_SHOW).command).toBeNull();
  expect(shownEntry(entry, ['producer'], EMPTY_SHOW)).toBe(entry);
});
