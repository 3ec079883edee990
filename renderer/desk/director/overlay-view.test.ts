import { expect, test } from 'vitest';
import type { DeskCue } from '../../../shared/protocol/desk-state.ts';
import { runIdOf } from '../../../shared/protocol/ids.ts';
import { actionView } from '../actions/action-view.ts';
import { type Changes, momentWith } from '../testing/moment-fixture.ts';
import { cueId } from '../testing/show-fixture.ts';
import { watchedPoll } from '../words/director-subject.ts';
import { OVERLAY_SURFACE } from '../words/overlay-output.ts';
import { overlayView } from './overlay-view.ts';

const viewOf = (changes: Partial<Changes>) => {
  const moment = momentWith(changes);
  return overlayView(moment, watchedPoll(moment.show, moment.window.watched));
};
const steps = (changes: Partial<Changes>) => viewOf(changes).steps.map(({ words, state }) => `${words}: ${state}`);
const seen = (overlay: DeskCue['visibility']['overlay']): DeskCue['visibility'] => ({
  desk: 'counts',
  audience: 'hidden',
  overlay,
  api: 'hidden',
});
const watching6 = { window: { selected: null, lane: null, watched: cueId(6), holding: null } };
const run6 = runIdOf(cueId(6), 'live', 1);
const released6 = { cues: { [cueId(6)]: { visibility: seen('counts') } }, moment: watching6 };
const taken6 = { ...released6, show: { overlay: { [OVERLAY_SURFACE]: { runId: run6, revision: 41 } } } };

test('a poll on air waits for its close, its grace included', () => {
  expect(steps({})).toEqual(['in 00:25: next', 'by producer: later', 'by REVEAL: later', 'TAKE: later']);
});

test('a verified poll waits for its release, then for TAKE, then for nothing', () => {
  expect(steps({ moment: watching6 })).toEqual(['closed: done', 'by Mara L.: done', 'by REVEAL: next', 'TAKE: later']);
  expect(steps(released6).at(-1)).toBe('TAKE: next');
  expect(steps(taken6).at(-1)).toBe('taken: done');
});

test('live results that were chosen in advance wait for TAKE alone', () => {
  const live = { cues: { [cueId(7)]: { visibility: seen('turnout'), live: { overlay: 'turnout' as const } } } };
  expect(steps(live)).toEqual(['in 00:25: later', 'by producer: later', 'turnout, live: done', 'TAKE: next']);
});

test('TAKE is blocked by the guard until the release, and names what it would show', () => {
  expect(actionView('take', momentWith({ moment: watching6 }))).toMatchObject({ kind: 'blocked', say: 'not released' });
  expect(actionView('take', momentWith(released6))).toMatchObject({
    kind: 'ready',
    say: 'cue 6, result with counts',
    intent: { type: 'overlay.take', payload: { surface: OVERLAY_SURFACE, runId: run6 } },
  });
  expect(actionView('take', momentWith(taken6))).toMatchObject({ kind: 'blocked', say: 'taken already' });
});

test('HIDE takes off what is shown, whatever is watched, and nothing where nothing is', () => {
  expect(actionView('hide-overlay', momentWith({ ...taken6, moment: {} }))).toMatchObject({
    kind: 'ready',
    say: 'cue 6',
    intent: { type: 'overlay.hide', payload: { surface: OVERLAY_SURFACE, runId: run6 } },
  });
  expect(actionView('hide-overlay', momentWith({}))).toMatchObject({ kind: 'blocked', say: 'nothing is taken' });
});

test('a producer may neither take nor hide', () => {
  const me = { actor: 'Tom W.', roles: ['producer' as const] };
  expect(actionView('take', momentWith({ ...released6, moment: { ...watching6, me } }))).toMatchObject({
    kind: 'blocked',
    say: 'not your role',
  });
});

test('the preview shows no more of the result than is released', () => {
  const shown = (overlay: DeskCue['visibility']['overlay']) =>
    viewOf({ ...taken6, cues: { [cueId(6)]: { visibility: seen(overlay) } } }).shown?.preview;
  expect(shown('counts')).toMatchObject({ votes: '61,100 votes', bars: { length: 5 } });
  expect(shown('percentages')).toMatchObject({ votes: null, bars: { length: 5 } });
  expect(shown('turnout')).toMatchObject({ votes: '61,100 votes', bars: [] });
  expect(viewOf({}).shown).toBeNull();
  const several = { kind: 'multiple', max: 2, visibility: seen('percentages') } as const;
  expect(viewOf({ ...taken6, cues: { [cueId(6)]: several } }).shown?.preview.votes).toBe('percent of voters');
});

test('the surfaces say who sees what, the verifier’s own desk included', () => {
  const hidden = { cues: { [cueId(7)]: { visibility: { ...seen('hidden'), desk: 'hidden' as const } } } };
  const desk = (changes: Partial<Changes>) => viewOf(changes).surfaces[0]?.value;
  expect(desk(hidden)).toBe('nothing');
  expect(desk({ ...hidden, moment: { me: { actor: 'V', roles: ['verifier'] } } })).toBe('counts');
});
