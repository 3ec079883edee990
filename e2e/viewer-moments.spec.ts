/** Every moment of the viewer page as it is drawn, on a phone; the screenshots are there to be looked at. */
import { expect } from '@playwright/test';
import {
  CALM,
  CHOIR,
  FINAL,
  LEO,
  MIRA,
  pausedPoll,
  poll,
  receipt,
  SERVER_NOW_MS,
  state,
} from '../renderer/audience/testing/samples.ts';
import type { PublicPoll, PublicResults, PublicState } from '../shared/protocol/audience.ts';
import type { OptionId, PollId } from '../shared/protocol/ids.ts';
import { test } from './testing/scripted-edge.ts';

const BRASS = 'brass' as OptionId;
const options = [...poll().options, { id: BRASS, text: 'Brass & Bone' }];
/** As drawn, but with time enough for the slowest machine. */
const question = (over: Partial<PublicPoll> = {}) =>
  state({
    rev: 2,
    poll: poll({
      options,
      openedAtMs: SERVER_NOW_MS - 217_000,
      closesAtMs: SERVER_NOW_MS + 83_000,
      ...over,
    }),
  });
const CLOSED = { intake: 'closed', closesAtMs: SERVER_NOW_MS } as const;
const results = (over: Partial<PublicResults> = {}): PublicResults => ({
  pollId: FINAL,
  round: 1,
  visibility: 'percentages',
  options: [
    { id: LEO, share: 0.37 },
    { id: MIRA, share: 0.328 },
    { id: CHOIR, share: 0.191 },
    { id: BRASS, share: 0.111 },
  ],
  total: 73_214,
  final: true,
  atMs: SERVER_NOW_MS + 60_000,
  ...over,
});

test('the six drawn moments, from the seat to the result', async ({ open }) => {
  const edge = await open({ state: state() });
  const { page } = edge;
  const heading = (name: string) => page.getByRole('heading', { name });
  await expect(page.getByText('You’re in.')).toBeVisible();
  await edge.shot('viewer-1-waiting');

  edge.show(question());
  await page.getByRole('radio', { name: 'Leo Okafor' }).check();
  await edge.shot('viewer-2-question');
  const ballot = await edge.vote('radio', 'Leo Okafor');
  await expect(page.getByRole('button', { name: 'Sending your vote' })).toBeDisabled();
  await edge.shot('viewer-3-sent');

  edge.say({ t: 'receipt', receipt: receipt(ballot.id, { atMs: SERVER_NOW_MS + 3_000 }) });
  await expect(heading('Your vote is in.')).toBeVisible();
  await expect(page.locator('dl')).not.toContainText('number');
  await edge.shot('viewer-4-accepted');

  edge.show({ ...question(CLOSED), rev: 3 });
  await expect(heading('Voting has closed.')).toBeVisible();
  await edge.shot('viewer-5-closed');

  edge.show({ ...question(CLOSED), rev: 4, results: results() });
  await expect(page.getByText('37.0')).toBeVisible();
  await edge.shot('viewer-6-results');
});

test('a paused vote holds on with what was chosen', async ({ open }) => {
  const edge = await open({ state: question() });
  await edge.page.getByRole('radio', { name: 'Mira Solberg' }).check();
  edge.show(state({ rev: 3, poll: { ...pausedPoll(23_000), options } }));
  await expect(edge.page.getByRole('button', { name: 'Hold on' })).toBeDisabled();
  await expect(edge.page.getByRole('radio', { name: 'Mira Solberg' })).toBeChecked();
  await edge.shot('viewer-paused');
});

test('a call to action, alone and beside a question', async ({ open }) => {
  const cta = {
    id: 'join' as PollId,
    round: 1,
    text: 'Hear the winner’s single now',
    link: 'https://saturday-finale.example/single',
    intake: 'open' as const,
    openedAtMs: SERVER_NOW_MS - 5_000,
    closesAtMs: SERVER_NOW_MS + 55_000,
  };
  const edge = await open({ state: state({ cta }) });
  await expect(edge.page.getByRole('link', { name: 'Open saturday-finale.example' })).toBeVisible();
  await edge.shot('viewer-cta');
  edge.show({ ...question(), cta });
  await expect(edge.page.getByRole('complementary', { name: 'Also now' })).toContainText(cta.text);
  await edge.shot('viewer-cta-beside');
});

test('a rating is a row of numbers with its average after it', async ({ open }) => {
  const scale = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `r${i + 1}` as OptionId, text: String(i + 1) }));
  const rating = (count: number, over: Partial<PublicPoll> = {}) =>
    question({ kind: 'rating', text: 'Rate the opening number', options: scale(count), ...over });
  const edge = await open({ state: rating(5) });
  await edge.page.getByRole('radio', { name: '4' }).check();
  await expect(edge.page.getByRole('button', { name: 'Rate it 4' })).toBeEnabled();
  await edge.shot('viewer-rating');
  const shares = [0.05, 0.1, 0.2, 0.4, 0.25];
  edge.show({
    ...rating(5, CLOSED),
    rev: 3,
    results: results({ options: scale(5).map(({ id }, i) => ({ id, share: shares[i] ?? 0 })) }),
  });
  await expect(edge.page.getByText('Average 3.7')).toBeVisible();
  await edge.shot('viewer-rating-results');
  edge.show({ ...rating(10), rev: 4, poll: { ...(rating(10).poll ?? poll()), round: 2 } });
  await expect(edge.page.getByRole('radio')).toHaveCount(10);
  await edge.shot('viewer-rating-ten');
});

test('a multiple choice counts what is chosen and stops at its most', async ({ open }) => {
  const edge = await open({
    state: question({ kind: 'multiple', text: 'Which two songs should come back tonight?', min: 1, max: 2 }),
  });
  for (const name of ['Leo Okafor', 'Brass & Bone']) {
    await edge.page.getByRole('checkbox', { name }).check();
  }
  await expect(edge.page.getByRole('checkbox', { name: 'Mira Solberg' })).toBeDisabled();
  await edge.shot('viewer-multiple');
  const ballot = await edge.vote('checkbox');
  expect(ballot.choice).toEqual([LEO, BRASS]);
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(edge.page.getByText('Leo Okafor, Brass & Bone', { exact: true })).toBeVisible();
  await edge.shot('viewer-multiple-accepted');
});

test('a quiz shows the right answer when it is revealed, and whether it was mine', async ({ open }) => {
  const quiz = (over: Partial<PublicPoll> = {}) =>
    question({ kind: 'quiz', text: 'What did Ada Quist play before she sang?', ...over });
  const edge = await open({ state: quiz() });
  const ballot = await edge.vote('radio', 'Leo Okafor');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(edge.page.getByRole('heading', { name: 'Your vote is in.' })).toBeVisible();
  await edge.shot('viewer-quiz-accepted');
  const answer = { pollId: FINAL, round: 1, options: [MIRA] };
  edge.show({ ...quiz(CLOSED), rev: 3, answer });
  await expect(edge.page.getByText('Not this time.')).toBeVisible();
  await edge.shot('viewer-quiz-answer');
  edge.show({ ...quiz(CLOSED), rev: 4, answer, results: results() });
  await expect(edge.page.getByText('37.0')).toBeVisible();
  await edge.shot('viewer-quiz-results');
});

for (const status of ['late', 'duplicate', 'over-limit', 'not-eligible'] as const) {
  test(`a vote that was not counted (${status}) is told why`, async ({ open }) => {
    const edge = await open({ state: question() });
    const ballot = await edge.vote('radio', 'Leo Okafor');
    const atMs = SERVER_NOW_MS + (status === 'late' ? 84_800 : 3_000);
    edge.say({ t: 'receipt', receipt: receipt(ballot.id, { status, atMs }) });
    await expect(edge.page.locator('main')).toHaveAttribute('data-moment', 'not-counted');
    await edge.shot(`viewer-not-counted-${status}`);
  });
}

test('live figures that are turned on while the vote runs wait for one’s own vote', async ({ open }) => {
  const live = results({ final: false, atMs: SERVER_NOW_MS });
  const edge = await open({ state: { ...question(), results: live } });
  const ballot = await edge.vote('radio', 'Mira Solberg');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(edge.page.getByText('so far, not final')).toBeVisible();
  await edge.shot('viewer-live-results');
});

test('each level says in each moment what it costs the viewer, and nothing more', async ({ open }) => {
  const edge = await open({ state: question() });
  const note = edge.page.locator('.note');
  const says = async (level: number, moment: PublicState, words: string) => {
    rev += 1;
    edge.show({ ...moment, rev, hints: { ...CALM, level, cadenceMs: level >= 3 ? 3_000 : 2_000 } });
    await expect(note).toHaveText(words);
  };
  let rev = 100;
  for (const level of [0, 1, 2]) await says(level, question(), 'One vote. It can’t be changed after sending.');
  for (const level of [3, 4]) await says(level, question(), 'Busy moment. Voting works as always.');
  await edge.shot('viewer-level-3-question');
  await says(5, question(), 'One moment, please. Choose and send. Your vote is kept on this phone.');
  await edge.shot('viewer-level-5-question');

  const ballot = await edge.vote('radio', 'Leo Okafor');
  await expect(note).toHaveText(/^One moment, please\. Your vote is kept on this phone\./);
  await says(3, question(), 'Busy moment. Your vote is on its way. This page tries again by itself.');
  await edge.shot('viewer-level-3-sent');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(note).toHaveText('You’re in. Results come after the show.');
  await edge.shot('viewer-level-3-accepted');

  const closed = { ...question(CLOSED), results: results() };
  await says(5, closed, 'One moment, please. Your vote is kept on this phone. This page comes back by itself.');
  await edge.shot('viewer-level-5-results');
  const moving = { ...question(), results: results({ final: false }) };
  await says(2, moving, 'Busy moment. These figures are new every 2 s. Every vote counts.');
  await edge.shot('viewer-level-2-results');
});

test('a line that has gone, while choosing and while sending', async ({ open }) => {
  const edge = await open({ state: question() });
  await edge.page.getByRole('radio', { name: 'Leo Okafor' }).check();
  edge.cut();
  await expect(edge.page.locator('.note')).toHaveText(/^No signal\. Choose and send\./);
  await edge.shot('viewer-no-signal-question');
  await edge.page.getByRole('button', { name: 'Vote for Leo Okafor' }).click();
  await expect(edge.page.locator('.note')).toHaveText(/^No signal\. Your vote is saved on this phone/);
  await edge.shot('viewer-no-signal-sent');
});

test('figures of unknown age grey out quietly, with how old they are', async ({ open }) => {
  const live = results({ final: false, atMs: SERVER_NOW_MS });
  const edge = await open({ state: { ...question(), results: live } });
  const ballot = await edge.vote('radio', 'Mira Solberg');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(edge.page.locator('.note')).toHaveText(/^No news for \d+ s\./);
  await expect(edge.page.locator('main')).toHaveAttribute('data-stale', '');
  await edge.shot('viewer-stale-results');
});

test('arrivals at a busy door keep their place', async ({ open }) => {
  const edge = await open({ state: null });
  await expect(edge.page.getByRole('heading', { name: 'Take your seat.' })).toBeVisible();
  edge.say({ t: 'bye', reason: 'waiting-room', retryAfterMs: 20_000 });
  await expect(edge.page.locator('.note')).toContainText('It is busy at the door.', { timeout: 10_000 });
  await edge.shot('viewer-level-4-door');
});

test('a message of the show and a rehearsal are seen on every moment', async ({ open }) => {
  const edge = await open({
    state: { ...question(), mode: 'rehearsal', message: 'We are back in two minutes.' },
  });
  await expect(edge.page.getByText('REHEARSAL', { exact: true })).toBeVisible();
  await expect(edge.page.getByText('We are back in two minutes.')).toBeVisible();
  await edge.shot('viewer-rehearsal-message');
});

/** Where the first letter and the last mark of a text stand on the screen, by what it says. */
const ENDS = (text: string) => `(() => {
  const walker = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(${JSON.stringify(text)});
    if (at < 0) continue;
    const place = (i) => {
      const range = document.createRange();
      range.setStart(node, at + i);
      range.setEnd(node, at + i + 1);
      return range.getBoundingClientRect().left;
    };
    return { first: place(0), last: place(${text.length - 1}) };
  }
})()`;

for (const { name, question: text, options: answers } of [
  { name: 'hebrew', question: 'מי ינצח הערב?', options: ['נועה קירל!', 'Leo (תל אביב)', 'אף אחד, תודה.'] },
  { name: 'arabic', question: 'من سيفوز الليلة؟', options: ['ليلى حداد!', 'عمر، 22 سنة', 'Leo Okafor'] },
]) {
  test(`a question in ${name} ends on its own side, with its options, its receipt and its result`, async ({ open }) => {
    const [first = '', second = '', third = ''] = answers;
    const words = [first, second, third].map((option, i) => ({ id: [LEO, MIRA, CHOIR][i] ?? LEO, text: option }));
    const asked = (over: Partial<PublicPoll> = {}) => question({ text, options: words, ...over });
    const edge = await open({ state: asked() });
    const { page } = edge;
    const endsLeft = async (shown: string) => {
      const ends = (await page.evaluate(ENDS(shown))) as { first: number; last: number };
      expect(ends.last, `${shown} ends left of where it begins`).toBeLessThan(ends.first);
    };
    await expect(page.getByRole('heading', { name: text })).toBeVisible();
    await page.getByRole('radio').first().check({ force: true });
    await endsLeft(text);
    await endsLeft(first);
    await edge.shot(`viewer-${name}-question`);
    const ballot = await edge.vote('radio');
    edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
    await expect(page.getByRole('heading', { name: 'Your vote is in.' })).toBeVisible();
    await endsLeft(first);
    await edge.shot(`viewer-${name}-accepted`);
    edge.show({ ...asked(CLOSED), rev: 3 });
    await expect(page.getByText('Your vote is in:')).toBeVisible();
    await endsLeft(first);
    await edge.shot(`viewer-${name}-closed`);
    const shares = [0.5, 0.3, 0.2].map((share, i) => ({ id: words[i]?.id ?? LEO, share }));
    edge.show({ ...asked(CLOSED), rev: 4, results: results({ options: shares }) });
    await expect(page.getByText('50.0')).toBeVisible();
    await endsLeft(text);
    await endsLeft(first);
    await edge.shot(`viewer-${name}-results`);
  });
}
