import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { cueStepped } from '../actions/select-cue.ts';
import { momentWith } from '../testing/moment-fixture.ts';
import { cueId, SHOW } from '../testing/show-fixture.ts';
import { comparedPoll, pollsOf } from './director-subject.ts';
import { airSubject, cueAfter, focusCue, nextCue } from './subjects.ts';

test('the desk looks at what is armed, else at what comes after the last that was on air', () => {
  expect(focusCue(SHOW, null)?.id).toBe(cueId(8));
  const { show } = momentWith({ cues: { [cueId(8)]: { intake: 'verified' } } });
  expect(focusCue(show, null)?.id).toBe(cueId(9));
  expect(focusCue(show, cueId(2))?.id).toBe(cueId(2));
});

test('GO fires the armed cue in focus, else the first armed one, whatever is in focus', () => {
  const { show } = momentWith({ cues: { [cueId(9)]: { intake: 'armed' } } });
  expect(nextCue(show, null)).toMatchObject({ kind: 'armed', cue: { id: cueId(8) } });
  expect(nextCue(show, cueId(9))).toMatchObject({ kind: 'armed', cue: { id: cueId(9) } });
  expect(nextCue(show, cueId(2))).toMatchObject({ kind: 'armed', cue: { id: cueId(8) } });
});

test('with nothing armed GO names the cue in focus if it can be armed, else the next one', () => {
  const { show } = momentWith({ cues: { [cueId(8)]: { intake: 'ready' } } });
  expect(nextCue(show, cueId(10))).toMatchObject({ kind: 'candidate', cue: { id: cueId(10) } });
  expect(nextCue(show, cueId(1))).toMatchObject({ kind: 'candidate', cue: { id: cueId(8) } });
});

test('skipped cues and notes are passed over', () => {
  const { show } = momentWith({ cues: { [cueId(9)]: { skipped: true }, [cueId(10)]: { kind: 'note' } } });
  expect(cueAfter(show, cueId(8))?.id).toBe(cueId(11));
});

test('the on-air panel stays on the last run until the next is opened', () => {
  const { show } = momentWith({ cues: { [cueId(7)]: { intake: 'closed' } } });
  expect(airSubject(show, null)).toMatchObject({ cue: { id: cueId(7) }, taken: [] });
});

test('with a clock that was set back an hour in between, the run that was opened last is still the last', () => {
  const cues = {
    [cueId(6)]: { openedRevision: 30 },
    [cueId(7)]: {
      intake: 'closed' as const,
      openedRevision: 40,
      openedAtMs: (SHOW.cues[5]?.openedAtMs ?? 0) - 3_000_000,
    },
  };
  const { show } = momentWith({ cues });
  expect(airSubject(show, null)?.cue.id).toBe(cueId(7));
  expect(pollsOf(show)[0]?.id).toBe(cueId(7));
  expect(comparedPoll(show, pollsOf(show)[0] as DeskCue, null)?.id).toBe(cueId(6));
});

test('with two lanes taken one may be chosen; the choice ends with the lane', () => {
  const { show } = momentWith({ cues: { [cueId(9)]: { intake: 'open', openedAtMs: 1 } } });
  expect(airSubject(show, null)?.cue.id).toBe(cueId(7));
  expect(airSubject(show, 'cta')).toMatchObject({ cue: { id: cueId(9) }, lane: 'cta' });
  expect(airSubject(SHOW, 'cta')?.cue.id).toBe(cueId(7));
});

test('up and down walk through the rundown and stay at its ends', () => {
  const window = { selected: cueId(12) } as Parameters<typeof cueStepped>[0];
  expect(cueStepped(window, SHOW, 1).selected).toBe(cueId(12));
  expect(cueStepped(window, SHOW, -1).selected).toBe(cueId(11));
});
