import { expect, it } from 'vitest';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { missingRun } from './missing-run.ts';

const runId = 'q1:live:1' as RunId;
const tally = (total: number): Tally => ({ total, options: [] });
const said = (total: number) => ({
  closed: missingRun(runId, { closed: { entry: 9, atMs: 1, head: 'ab', tally: tally(total) }, told: null }).faults,
  told: missingRun(runId, { closed: null, told: { runId, link: 3, head: 'ab', tally: tally(total) } }).faults,
});

it('one ballot is one ballot in the sentence about a run that is not there', () => {
  for (const faults of Object.values(said(1))) expect(faults[0]?.message).toMatch(/\b1 ballot\b/);
  for (const faults of Object.values(said(2))) expect(faults[0]?.message).toMatch(/\b2 ballots\b/);
});
