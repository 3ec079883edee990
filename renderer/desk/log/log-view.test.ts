import { expect, test } from 'vitest';
import type { LogEntry } from '../../../shared/protocol/logbook.ts';
import { at } from '../testing/show-fixture.ts';
import { merged, rereadAfter } from './log-pages.ts';
import { deskRow, journalRow } from './log-view.ts';

function entry(seq: number, more: Partial<LogEntry> = {}): LogEntry {
  return {
    seq,
    id: `id-${seq}`,
    atMs: at(21, 14, 22),
    actor: 'Mara L.',
    source: 'key',
    type: 'cue.arm',
    target: 'cue-8',
    command: null,
    outcome: 'accepted',
    code: null,
    message: null,
    latencyMs: 18.4,
    answer: null,
    loggedLate: false,
    settled: false,
    ...more,
  };
}

test('a row says when, what, by whom and what came of it', () => {
  expect(deskRow(entry(1), () => 'cue 8')).toMatchObject({
    time: '21:14:22',
    action: 'ARM',
    target: 'cue 8',
    outcome: { word: 'accepted', tone: 'ok' },
    latency: '18 ms',
    marks: [],
  });
  const late = entry(2, { outcome: 'never-seen', latencyMs: null, loggedLate: true, settled: true });
  expect(deskRow(late, String)).toMatchObject({
    outcome: { word: 'never arrived' },
    latency: '',
    marks: ['logged late', 'asked afterwards'],
  });
  expect(deskRow(entry(3, { outcome: null }), String).outcome.word).toBe('waiting');
});

test('a refusal stands with its code and sentence', () => {
  const refused = journalRow(
    {
      revision: 44,
      atMs: at(21, 14, 22),
      actor: 'Tom W.',
      source: 'api',
      commandId: 'x',
      type: 'cue.go',
      target: 'cue-8',
      command: null,
      answer: { status: 'refused', code: 'lane-busy', message: 'On air.', serverNowMs: 0 },
    },
    String,
  );
  expect(refused).toMatchObject({ outcome: { word: 'refused' }, detail: 'lane-busy: On air.' });
});

test('time, reason and surface of a command are told', () => {
  const detail = (payload: object) => deskRow(entry(1, { command: { payload } }), String).detail;
  expect(detail({ byMs: -10_000 })).toBe('−10 s');
  expect(detail({ reason: 'wrong picture' })).toBe('wrong picture');
  expect(detail({ surface: 'audience', visibility: 'counts' })).toBe('audience counts');
});

test('entries that are still open are read again, settled ones are not', () => {
  const known = [entry(1), entry(2, { outcome: null }), entry(3)];
  expect(rereadAfter(known)).toBe(1);
  const next = merged(known, [entry(2), entry(3), entry(4)]);
  expect(next.map((e) => [e.seq, e.outcome])).toEqual([
    [1, 'accepted'],
    [2, 'accepted'],
    [3, 'accepted'],
    [4, 'accepted'],
  ]);
  expect(rereadAfter(next)).toBe(4);
  expect(rereadAfter([])).toBe(0);
});
