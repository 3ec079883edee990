import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import type { OptionId } from '../../../shared/protocol/ids.ts';
import type { RunVitals } from '../../../shared/protocol/vitals.ts';
import type { RunPoint } from '../history/curves.ts';
import { type Changes, momentWith } from '../testing/moment-fixture.ts';
import { at, cueId, NOW_MS, VITALS } from '../testing/show-fixture.ts';
import { comparedPoll, otherOnAir, pollsOf, watchedPoll } from '../words/director-subject.ts';
import { pollView } from './poll-view.ts';

function viewOf(changes: Partial<Changes>, points: readonly RunPoint[] = []) {
  const moment = momentWith(changes);
  const cue = watchedPoll(moment.show, null);
  if (cue === null) throw new Error('no poll is watched');
  return pollView({ moment, cue, points });
}
const onCue7 = (change: Partial<DeskCue>) => ({ cues: { [cueId(7)]: change } });
const run7 = (change: Partial<RunVitals>) => {
  const [run] = VITALS.runs;
  if (!run) throw new Error('the fixture has no run');
  return { vitals: { runs: [{ ...run, ...change }] } };
};
const desk = (visibility: DeskCue['visibility']['desk']) =>
  onCue7({ visibility: { desk: visibility, audience: 'hidden', overlay: 'hidden', api: 'hidden' } });

test('the poll on air is watched, else the last, and a chosen one stays', () => {
  const { show } = momentWith({});
  expect(watchedPoll(show, null)?.id).toBe(cueId(7));
  expect(watchedPoll(show, cueId(6))?.id).toBe(cueId(6));
  const closed = momentWith(onCue7({ intake: 'closed' })).show;
  expect(watchedPoll(closed, null)?.id).toBe(cueId(7));
  expect(pollsOf(show).map(({ id }) => id)).toEqual([7, 6, 4, 3, 2].map(cueId));
});

test('who looks at an earlier poll is told the one on air, by its own number', () => {
  const { show } = momentWith(onCue7({ number: '6.1' }));
  const [seven, six] = [watchedPoll(show, null), watchedPoll(show, cueId(6))];
  if (seven === null || six === null) throw new Error('the fixture has no such polls');
  expect(otherOnAir(show, six)?.number).toBe('6.1');
  expect(otherOnAir(show, seven)).toBeNull();
});

test('a poll is compared with the one before it, unless another is chosen', () => {
  const { show } = momentWith({});
  const cue7 = watchedPoll(show, null);
  if (cue7 === null) throw new Error('no poll is watched');
  expect(comparedPoll(show, cue7, null)?.id).toBe(cueId(6));
  expect(comparedPoll(show, cue7, cueId(4))?.id).toBe(cueId(4));
  expect(comparedPoll({ cues: [cue7] }, cue7, null)).toBeNull();
});

test('the bars show count and share, and which one leads', () => {
  const { rows, votes, turnout, clock } = viewOf({});
  expect(rows.map(({ letter, count, share, leads }) => [letter, count, share, leads])).toEqual([
    ['A', '24,806', '40.3', true],
    ['B', '21,118', '34.4', false],
    ['C', '15,558', '25.3', false],
  ]);
  expect([votes, turnout.label, turnout.value, clock.value]).toEqual([
    '61,482',
    'Turnout of 118,204 online',
    '52.0',
    '00:23',
  ]);
});

test('nobody leads while two are level', () => {
  const level = ['a', 'b'].map((id) => ({ id: id as OptionId, count: 10, share: 0.5 }));
  expect(viewOf(run7({ total: 20, options: level })).rows.some(({ leads }) => leads)).toBe(false);
});

test('what is not final says so, and what is says who verified it', () => {
  expect(viewOf({}).meta).toContain('not final until closed and verified');
  expect(viewOf(onCue7({ intake: 'closed' })).meta).toContain('not final until verified');
  expect(viewOf(onCue7({ intake: 'verified', verifiedBy: 'Mara L.' })).meta).toContain('final, verified by Mara L.');
});

test('under embargo words stand where numbers would, and nothing is worked out of them', () => {
  const { runId } = VITALS.runs[0] ?? {};
  if (runId === undefined) throw new Error('the fixture has no run');
  const hidden = viewOf({ ...desk('hidden'), vitals: { runs: [{ runId, reconciled: true }] } });
  expect(hidden.kept).toContain('kept from this desk');
  expect([hidden.votes, hidden.turnout.value, hidden.projection]).toEqual(['hidden', '–', null]);
  const turnout = viewOf({ ...desk('turnout'), vitals: { runs: [{ runId, total: 5_000, reconciled: true }] } });
  expect(turnout.kept).toContain('not for what');
  expect(turnout.votes).toBe('5,000');
  const options = [{ id: 'a' as OptionId, share: 0.6 }];
  const percentages = viewOf({ ...desk('percentages'), vitals: { runs: [{ runId, options, reconciled: true }] } });
  expect(percentages.kept).toBeNull();
  expect([percentages.votes, percentages.rows[0]?.count, percentages.rows[0]?.share]).toEqual(['hidden', '', '60.0']);
});

test('of a choice of several the shares are of voters', () => {
  expect(viewOf({}).of).toBe('votes');
  expect(viewOf(onCue7({ kind: 'multiple', max: 2 })).of).toBe('voters');
});

test('a poll that has left the vitals shows its sealed count, and no fault', () => {
  const tally = { total: 61_482, options: [{ id: 'a' as OptionId, count: 24_806, share: 0.4035 }] };
  const view = viewOf({ ...onCue7({ intake: 'verified', tally }), vitals: { runs: [] } });
  expect([view.votes, view.rows[0]?.count, view.sealed, view.note]).toEqual(['61,482', '24,806', true, null]);
});

test('a poll that closes says here too which edge it waits for', () => {
  const runs = VITALS.runs.map((r) => ({ ...r, waitsFor: { edges: ['e6'], untilMs: at(21, 14, 5) } }));
  const { note } = viewOf({ ...onCue7({ intake: 'closing' }), vitals: { runs } });
  expect(note).toBe('Waiting for e6, until 21:14:05 at the latest.');
});

test('off the profile only what the present rate would give is told', () => {
  expect(viewOf({}).projection).toEqual({
    label: 'Final votes',
    value: '90,000',
    detail: 'if the present rate held · 76 % turnout',
  });
});

test('a poll that follows the profile is projected with its span', () => {
  const early = { openedAtMs: NOW_MS - 20_000, closesAtMs: NOW_MS + 70_000 };
  const { projection } = viewOf({ ...onCue7(early), ...run7({ perS: 900 }) });
  expect(projection?.label).toBe('Projected final votes');
  expect(projection?.detail).toMatch(/^[\d,]+ to [\d,]+ · \d+ % turnout$/);
});

test('nothing is projected from figures that stand still, nor while the clock is held', () => {
  expect(viewOf({ moment: { vitalsAgeMs: 2_500 } }).projection).toBeNull();
  expect(viewOf(onCue7({ intake: 'paused', remainingMs: 23_000 })).projection).toBeNull();
});

test('those who still come are taken to vote as the last 15 s did', () => {
  const point = (secondsAgo: number, a: number, b: number): RunPoint => ({
    atMs: NOW_MS - secondsAgo * 1_000,
    online: 118_204,
    total: a + b,
    options: [
      { id: 'a' as OptionId, count: a },
      { id: 'b' as OptionId, count: b },
    ],
  });
  const options = [
    { id: 'a' as OptionId, count: 5_000, share: 0.5 },
    { id: 'b' as OptionId, count: 5_000, share: 0.5 },
  ];
  const { rows } = viewOf(run7({ total: 10_000, options, perS: 100 }), [
    point(16, 4_900, 4_100),
    point(1, 5_000, 5_000),
  ]);
  const [a, b] = rows;
  expect(a?.projected?.mid).toBeLessThan(0.5);
  expect(b?.projected?.mid).toBeGreaterThan(0.5);
  expect((a?.projected?.low ?? 1) < (a?.projected?.mid ?? 0)).toBe(true);
});
