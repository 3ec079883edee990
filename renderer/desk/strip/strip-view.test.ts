import { expect, test } from 'vitest';
import { CommandId } from '../../../shared/protocol/ids.ts';
import { labelOf } from '../actions/command-words.ts';
import type { CommandPhase, CommandRecord } from '../store/command-record.ts';
import { at, cueId, SHOW } from '../testing/show-fixture.ts';
import { lastLine } from './strip-view.ts';

function line(phase: CommandPhase) {
  const record: CommandRecord = {
    id: CommandId.parse('0e4a2f6e-1111-4111-8111-111111111111'),
    slot: 'cue.arm cue-8',
    actionId: 'arm',
    label: 'ARM cue 8',
    intent: { type: 'cue.arm', target: cueId(8) },
    source: 'key',
    pressedAtMs: at(21, 14, 22),
    phase,
  };
  return lastLine({ last: { kind: 'command', slot: record.slot }, commands: { [record.slot]: record } });
}

test('the last command stands with its answer and latency', () => {
  const answer = { status: 'accepted', revision: 41, atMs: 1 } as const;
  expect(
    line({ kind: 'answered', atMs: 0, outcome: { kind: 'accepted', answer, latencyMs: 18.2, settledLater: false } }),
  ).toEqual({
    kind: 'ok',
    text: '21:14:22 ARM cue 8: accepted in 18 ms',
  });
  expect(line({ kind: 'unknown', sinceMs: 0 })).toEqual({
    kind: 'warn',
    text: '21:14:22 ARM cue 8: no answer in 2 s, asking the core',
  });
  expect(line({ kind: 'answered', atMs: 0, outcome: { kind: 'not-sent', message: '' } }).kind).toBe('warn');
});

test('what is in force and not in the journal says so, and is no plain success', () => {
  const answer = { status: 'accepted', revision: 41, atMs: 1, journaled: false } as const;
  const accepted = { kind: 'accepted', answer, settledLater: false } as const;
  expect(line({ kind: 'answered', atMs: 0, outcome: { ...accepted, latencyMs: 18.2 } })).toEqual({
    kind: 'warn',
    text: '21:14:22 ARM cue 8: accepted, not in the journal yet, 18 ms',
  });
  expect(line({ kind: 'answered', atMs: 0, outcome: { ...accepted, latencyMs: null } })).toMatchObject({
    text: '21:14:22 ARM cue 8: accepted, not in the journal yet, asked afterwards',
  });
});

test('acts are named by what they do to which cue', () => {
  expect(labelOf({ type: 'poll.extend', target: cueId(7), payload: { byMs: -10_000 } }, SHOW.cues)).toBe('−10 s cue 7');
  expect(
    labelOf(
      { type: 'poll.reveal', target: cueId(6), payload: { surface: 'audience', visibility: 'counts' } },
      SHOW.cues,
    ),
  ).toBe('REVEAL cue 6, audience counts');
  expect(
    labelOf(
      { type: 'poll.reveal', target: cueId(6), payload: { surface: 'audience', visibility: 'hidden' } },
      SHOW.cues,
    ),
  ).toBe('HIDE cue 6, audience');
  expect(labelOf({ type: 'show.clear' }, SHOW.cues)).toBe('CLEAR AIR');
});
