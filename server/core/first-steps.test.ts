import { expect, it } from 'vitest';
import { EMPTY_SHOW, type Run, type ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import { firstAlarms, isCodeTaken } from './first-steps.ts';

const ON_AIR = { ...EMPTY_SHOW, runs: { r: { intake: 'open', mode: 'live' } as Run } } as ShowState;
const codes = (alarms: [string, string][]) => alarms.map(([code]) => code);

it('a new rehearsal code is taken where the journal accepted its command, or has been put aside', async () => {
  const change = { id: 'x', actor: 'owner', commandId: 'c' };
  const journal = (answer: Partial<CommandAnswer> | null) => ({ answerTo: async () => answer as CommandAnswer | null });
  expect(await isCodeTaken(change, journal({ status: 'accepted' }))).toBe(true);
  expect(await isCodeTaken(change, journal({ status: 'refused' }))).toBe(false);
  expect(await isCodeTaken(change, journal(null))).toBe(false);
  expect(await isCodeTaken(change, null)).toBe(true);
});

it('a lost anchor is an alarm where something hangs on the time', () => {
  const lost = { anchorLost: 'The machine was started anew.', damagedSnapshots: [] };
  expect(codes(firstAlarms(EMPTY_SHOW, lost))).toEqual([]);
  expect(codes(firstAlarms(ON_AIR, lost))).toEqual(['anchor-lost']);
});

it('damaged snapshots are named', () => {
  expect(firstAlarms(EMPTY_SHOW, { anchorLost: null, damagedSnapshots: [200, 400] })).toEqual([
    ['journal-snapshot', expect.stringContaining('its snapshot 200 and 400')],
  ]);
});
