import { expect, it } from 'vitest';
import type { PollId } from '../protocol/ids.ts';
import type { Trigger } from '../protocol/show-file.ts';
import { triggerKey } from './scheduled-act.ts';

const after = 'q1' as PollId;

it('spells the same moment in the same way, however it was written and whether or not it opens by itself', () => {
  const same: [Trigger, Trigger][] = [
    [{ at: '2026-05-01T21:00:00+02:00' }, { at: '2026-05-01T19:00:00.000Z', autoGo: true }],
    [{ offsetMs: 60_000 }, { offsetMs: 60_000, autoGo: false }],
    [{ after }, { after, on: 'closed', autoGo: true }],
  ];
  for (const [one, other] of same) expect(triggerKey(one)).toBe(triggerKey(other));
});

it('tells every other two apart', () => {
  const all: Trigger[] = [
    { at: '2026-05-01T21:00:00+02:00' },
    { at: '2026-05-01T21:00:00Z' },
    { offsetMs: 0 },
    { offsetMs: 60_000 },
    { after },
    { after, on: 'opened' },
    { after: 'q2' as PollId },
  ];
  expect(new Set(all.map(triggerKey)).size).toBe(all.length);
});
