import { expect, test } from 'vitest';
import { type Change, reduce } from './model.ts';
import { answered, cast, modelOf, seated } from './testing/page-models.ts';
import { CALM, LEO, poll, state } from './testing/samples.ts';
import type { View } from './view.ts';
import { viewOf } from './view-model.ts';

function noteText(view: View): string {
  return [view.note.strong, view.note.text].filter(Boolean).join(' ');
}

const open = state({ poll: poll() });

const lost: Change = { t: 'link', link: { kind: 'lost', sinceMs: 0, code: null } };

test('a lost link says what becomes of the vote, once it lasts longer than a blink', () => {
  const sending = seated(open, cast(open, [LEO]), lost);
  expect(noteText(viewOf(sending, 900))).toBe('Keep this page open. It tries again by itself.');
  expect(noteText(viewOf(sending, 1_500))).toBe(
    'No signal. Your vote is saved on this phone and goes out when the signal is back.',
  );
  expect(noteText(viewOf(seated(open, lost), 1_500))).toMatch(/^No signal\. Choose and send\./);
  expect(noteText(viewOf(seated(state(), lost), 1_500))).toBe('No signal. This page comes back by itself.');
});

test('silence is shown a cadence and a second after something was asked, never before', () => {
  const model = seated(state(), { t: 'asked' });
  expect(viewOf(seated(state()), 60_000).stale).toBe(false);
  expect(viewOf(model, 3_000).stale).toBe(false);
  const view = viewOf(model, 3_100);
  expect(view.stale).toBe(true);
  expect(noteText(view)).toBe('No news for 3 s. This page is checking the line.');
  expect(viewOf(reduce(model, { t: 'sign' }, 3_200), 3_300).stale).toBe(false);
});

test('arrivals at a busy door are told that their place is kept', () => {
  const view = viewOf(modelOf({ t: 'link', link: { kind: 'waiting-room', untilMs: 20_000 } }), 0);
  expect(noteText(view)).toBe('It is busy at the door. Your place is kept. You are in within about 20 s, by itself.');
});

test('from level 3 on the note tells what it costs, moment by moment', () => {
  const busy = { ...CALM, level: 3, cadenceMs: 3_000 };
  const polling: Change = { t: 'link', link: { kind: 'online', via: 'poll' } };
  const question = state({ poll: poll(), hints: busy });
  expect(noteText(viewOf(seated(question, polling), 0))).toBe(
    'Busy moment. This page now refreshes every 3 s. Voting works as always.',
  );
  expect(noteText(viewOf(seated(question, cast(question, [LEO]), answered('accepted')), 0))).toBe(
    'You’re in. Results come after the show.',
  );
  expect(noteText(viewOf(seated(state({ hints: { ...CALM, level: 5 } })), 0))).toMatch(/^One moment, please\./);
});

test('where the browser keeps nothing, the page does not promise that it does', () => {
  const model = { ...seated(open, cast(open, [LEO]), answered('accepted')), lasting: false };
  expect(noteText(viewOf(model, 0))).toBe('Keep this page open: this browser keeps no receipt.');
});
