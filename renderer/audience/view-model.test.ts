import { expect, test } from 'vitest';
import type { PublicResults, PublicState, ReceiptStatus } from '../../shared/protocol/audience.ts';
import type { OptionId, PollId } from '../../shared/protocol/ids.ts';
import { clockText } from './format.ts';
import { type Change, reduce } from './model.ts';
import { answered, cast, modelOf, seated } from './testing/page-models.ts';
import { CHOIR, FINAL, LEO, MIRA, pausedPoll, poll, SERVER_NOW_MS, state } from './testing/samples.ts';
import { viewOf } from './view-model.ts';

const open = state({ poll: poll() });
const closed = (over: Partial<PublicState> = {}) =>
  state({ rev: 2, poll: poll({ intake: 'closed', closesAtMs: SERVER_NOW_MS }), ...over });
const results = (over: Partial<PublicResults> = {}): PublicResults => ({
  pollId: FINAL,
  round: 1,
  visibility: 'counts',
  total: 8_000,
  options: [
    { id: LEO, share: 0.5, count: 4_000 },
    { id: MIRA, share: 0.375, count: 3_000 },
    { id: CHOIR, share: 0.125, count: 1_000 },
  ],
  final: true,
  atMs: SERVER_NOW_MS,
  ...over,
});
const ANSWER_LEO = { pollId: FINAL, round: 1, options: [LEO] };

test('before the first state the page looks for its seat; with nothing on air it is in', () => {
  expect(viewOf(modelOf(), 0).moment).toMatchObject({ name: 'waiting', status: { done: false } });
  const view = viewOf(seated(state()), 0);
  expect(view.moment).toMatchObject({ name: 'waiting', headline: 'Take your seat.', status: { done: true } });
  expect(view.title).toBe('Saturday Finale');
});

test('the time left is judged on the core’s clock and shown as minutes and seconds', () => {
  const model = seated(open);
  expect(viewOf(model, 0).time).toMatchObject({ text: '0:23', suffix: 'left' });
  expect(viewOf(model, 0).time?.share).toBeCloseTo(23 / 90);
  expect(viewOf(model, 22_001).time?.text).toBe('0:01');
  expect(viewOf(model, 22_999).moment.name).toBe('question');
  expect(viewOf(model, 23_000).moment.name).toBe('closed');
});

test('the button names what it will send', () => {
  expect(viewOf(seated(open), 0).moment).toMatchObject({ action: { kind: 'blocked', text: 'Choose one' } });
  const chosen = seated(open, { t: 'chosen', optionId: LEO });
  expect(viewOf(chosen, 0).moment).toMatchObject({ action: { kind: 'ready', text: 'Vote for Leo Okafor' } });
});

test('a multiple choice counts, asks for the missing ones and takes no more than its maximum', () => {
  const shown = state({ poll: poll({ kind: 'multiple', min: 2, max: 2 }) });
  const one = seated(shown, { t: 'chosen', optionId: LEO });
  expect(viewOf(one, 0).moment).toMatchObject({
    shape: 'multiple',
    hint: 'Choose 2 · 1 of 2 chosen',
    action: { kind: 'blocked', text: 'Choose 1 more' },
  });
  const three = seated(shown, ...[LEO, MIRA, CHOIR].map((optionId): Change => ({ t: 'chosen', optionId })));
  const { moment } = viewOf(three, 0);
  expect(moment).toMatchObject({ action: { kind: 'ready', text: 'Vote for 2 choices' } });
  expect(moment.kind === 'form' && moment.options.map((option) => [option.chosen, option.off])).toEqual([
    [true, false],
    [true, false],
    [false, true],
  ]);
  const back = reduce(three, { t: 'chosen', optionId: LEO }, 0);
  expect(back.draft?.choice).toEqual([MIRA]);
});

test('a rating is a row of its numbers', () => {
  const options = ['1', '2', '3'].map((text) => ({ id: `r${text}` as OptionId, text }));
  const shown = state({ poll: poll({ kind: 'rating', options }) });
  expect(viewOf(seated(shown, { t: 'chosen', optionId: 'r2' as OptionId }), 0).moment).toMatchObject({
    shape: 'rating',
    action: { text: 'Rate it 2' },
  });
});

test('a paused poll holds on with its choice and its time', () => {
  const model = seated(
    open,
    { t: 'chosen', optionId: LEO },
    { t: 'state', state: state({ rev: 2, poll: pausedPoll(17_000) }) },
  );
  const view = viewOf(model, 60_000);
  expect(view.moment).toMatchObject({ name: 'paused', locked: true, action: { kind: 'blocked', text: 'Hold on' } });
  expect(view.moment.kind === 'form' && view.moment.options[0]?.chosen).toBe(true);
  expect(view.time).toMatchObject({ text: '0:17', suffix: 'paused' });
  expect(view.time?.share).toBeCloseTo(17 / 90);
});

test('the receipt is shown with its reference and time and without any number of the vote', () => {
  const view = viewOf(seated(open, cast(open, [LEO]), answered('accepted')), 0);
  expect(view.moment).toEqual({
    kind: 'receipt',
    name: 'accepted',
    headline: 'Your vote is in.',
    text: 'Leo Okafor',
    rows: [
      { label: 'Receipt', value: '7F3K-91QD' },
      { label: 'Received', value: clockText(SERVER_NOW_MS) },
    ],
    total: null,
  });
  expect(view.say).toBe('Your vote is in. Leo Okafor');
});

test.each<[ReceiptStatus, string, string]>([
  ['duplicate', 'You have voted already.', 'Your first vote counts. This one changed nothing.'],
  ['over-limit', 'All your votes are used.', 'Your earlier votes count.'],
  ['not-eligible', 'This vote was not counted.', 'Its question is not open any more. The next one opens here.'],
])('a receipt "%s" is said in friendly words', (status, headline, text) => {
  const { moment } = viewOf(seated(open, cast(open, [LEO]), answered(status)), 0);
  expect(moment).toMatchObject({ name: 'not-counted', headline, text });
});

test('a late vote says by how much', () => {
  const sent = seated(open, cast(open, [LEO]));
  const model = reduce(sent, answered('late', SERVER_NOW_MS + 24_800), 24_800);
  expect(viewOf(model, 24_900).moment).toMatchObject({
    headline: 'The vote had closed.',
    text: 'Yours arrived 1.8 s after the end and was not counted.',
  });
  expect(viewOf(model, 40_000).moment).toMatchObject({
    name: 'closed',
    mine: { counted: false, text: 'It arrived 1.8 s after the end' },
  });
});

test('closed keeps the receipt in sight and no result', () => {
  const model = seated(open, cast(open, [LEO]), answered('accepted'), { t: 'state', state: closed() });
  expect(viewOf(model, 10_000).moment).toMatchObject({
    name: 'closed',
    headline: 'Voting has closed.',
    mine: { counted: true, title: 'Your vote is in: Leo Okafor', text: 'Receipt 7F3K-91QD, in time' },
  });
});

test('turnout alone shows how many voted and nothing else', () => {
  const { options: _, ...rest } = results({ visibility: 'turnout' });
  const { moment } = viewOf(seated(closed({ results: rest })), 0);
  expect(moment).toMatchObject({
    name: 'closed',
    total: { strong: '8,000', text: `votes, final at ${clockText(SERVER_NOW_MS)}` },
  });
});

test('counts show shares, counts, the total and which was mine', () => {
  const model = seated(open, cast(open, [MIRA]), answered('accepted'), {
    t: 'state',
    state: closed({ results: results() }),
  });
  const { moment } = viewOf(model, 10_000);
  expect(moment.kind === 'results' && moment.rows.map(({ value, count, mine }) => [value, count, mine])).toEqual([
    ['50.0\u00a0%', '4,000', false],
    ['37.5\u00a0%', '3,000', true],
    ['12.5\u00a0%', '1,000', false],
  ]);
  expect(moment.kind === 'results' && moment.rows.map((row) => row.bar?.toFixed(2))).toEqual(['0.83', '0.63', '0.21']);
  expect(moment).toMatchObject({ receipt: 'Receipt 7F3K-91QD, in time', mine: null });
});

test('a vote that was not counted is marked nowhere in the result, and the page says so', () => {
  const shown: Change = { t: 'state', state: closed({ results: results() }) };
  const { moment } = viewOf(seated(open, cast(open, [MIRA]), answered('late', SERVER_NOW_MS + 24_800), shown), 30_000);
  expect(moment).toMatchObject({ receipt: null, mine: { counted: false, title: 'Not counted: Mira Solberg' } });
  expect(moment.kind === 'results' && moment.rows.some((row) => row.mine)).toBe(false);
});

test('percentages show no count and no total', () => {
  const options = [
    { id: LEO, share: 1 },
    { id: MIRA, share: 0 },
  ];
  const { total: _, ...rest } = results({ visibility: 'percentages', options, final: false });
  const { moment } = viewOf(seated(closed({ results: rest })), 0);
  expect(moment).toMatchObject({ total: { strong: '', text: 'So far, not final' } });
  expect(moment.kind === 'results' && moment.rows.map(({ value, count, bar }) => [value, count, bar])).toEqual([
    ['100.0\u00a0%', null, 1],
    ['0.0\u00a0%', null, 0],
    [null, null, null],
  ]);
});

test('of a choice of several the percentages are of voters, and the page says so', () => {
  const several = poll({ kind: 'multiple', max: 2, intake: 'closed', closesAtMs: SERVER_NOW_MS });
  const shown = state({ rev: 2, poll: several, results: results({ visibility: 'counts' }) });
  const { moment } = viewOf(seated(shown), 0);
  expect(moment).toMatchObject({
    total: { strong: '8,000', text: `votes, final at ${clockText(SERVER_NOW_MS)}, percent of voters` },
  });
});

test('live results wait for the vote, and let the receipt be seen first', () => {
  const live = state({ poll: poll(), results: results({ final: false }) });
  expect(viewOf(seated(live), 0).moment.name).toBe('question');
  const voted = seated(live, cast(live, [LEO]), answered('accepted'));
  expect(viewOf(voted, 3_000).moment.name).toBe('accepted');
  expect(viewOf(voted, 5_000).moment.name).toBe('results');
});

test('a result that comes with the close lets the receipt be seen first, too', () => {
  const shown: Change = { t: 'state', state: closed({ results: results() }) };
  const model = seated(open, cast(open, [LEO]), answered('accepted'), shown);
  expect(viewOf(model, 3_000).moment.name).toBe('accepted');
  expect(viewOf(model, 5_000).moment.name).toBe('results');
});

test('the first receipt stays, whatever a resent ballot is answered later', () => {
  const model = seated(open, cast(open, [LEO]), answered('accepted'), answered('late'));
  expect(viewOf(model, 0).moment.name).toBe('accepted');
});

test('results of another run are not shown under this question', () => {
  const { moment } = viewOf(seated(closed({ results: results({ round: 2 }) })), 0);
  expect(moment.name).toBe('closed');
});

test('a quiz shows the right answer, and whether it was mine', () => {
  const quiz = state({ poll: poll({ kind: 'quiz' }) });
  const revealed: Change = {
    t: 'state',
    state: state({ rev: 2, poll: poll({ kind: 'quiz', intake: 'closed' }), answer: ANSWER_LEO }),
  };
  const right = viewOf(seated(quiz, cast(quiz, [LEO]), answered('accepted'), revealed), 10_000).moment;
  expect(right).toMatchObject({ name: 'results', lead: 'You were right.' });
  expect(right.kind === 'results' && right.rows.map((row) => row.right)).toEqual([true, false, false]);
  const wrong = viewOf(seated(quiz, cast(quiz, [MIRA]), answered('accepted'), revealed), 10_000).moment;
  expect(wrong).toMatchObject({ lead: 'Not this time.' });
});

test('a rating’s result has its average', () => {
  const options = ['1', '2', '3'].map((text) => ({ id: `r${text}` as OptionId, text }));
  const shares = options.map((option, i) => ({ id: option.id, share: [0, 0.5, 0.5][i] ?? 0 }));
  const shown = state({
    poll: poll({ kind: 'rating', options, intake: 'closed' }),
    results: results({ options: shares }),
  });
  expect(viewOf(seated(shown), 0).moment).toMatchObject({ lead: 'Average 2.5 of 3' });
});

const cta = {
  id: 'song' as PollId,
  round: 1,
  text: 'The winner’s song is out.',
  link: 'https://www.example.com/song',
  intake: 'open' as const,
  openedAtMs: SERVER_NOW_MS - 5_000,
  closesAtMs: SERVER_NOW_MS + 55_000,
};

test('a call to action is a moment of its own with a link and its time, until it ends', () => {
  const model = seated(state({ cta }));
  const view = viewOf(model, 0);
  expect(view.moment).toMatchObject({
    name: 'cta',
    call: { text: cta.text, link: { href: cta.link, host: 'example.com' } },
  });
  expect(view.time?.text).toBe('0:55');
  expect(viewOf(model, 55_000).moment.name).toBe('waiting');
});

test('a call stands beside a question, and only web links are links', () => {
  const view = viewOf(seated(state({ poll: poll(), cta: { ...cta, link: 'javascript:alert(1)' } })), 0);
  expect(view.moment.name).toBe('question');
  expect(view.aside).toEqual([{ text: cta.text, link: null }]);
});

test('a rehearsal is named on the page', () => {
  expect(viewOf(seated(state({ mode: 'rehearsal' })), 0).rehearsal).toBe(true);
  expect(viewOf(seated(state()), 0).rehearsal).toBe(false);
});

test('the time left is read out at 60, 30 and 10 seconds only', () => {
  const model = seated(state({ poll: poll({ closesAtMs: SERVER_NOW_MS + 70_000 }) }));
  const said = Array.from({ length: 70 }, (_, second) => viewOf(model, second * 1_000).say);
  expect([...new Set(said)]).toEqual([
    'Who sings the final song?',
    'Under 60 seconds left',
    'Under 30 seconds left',
    'Under 10 seconds left',
  ]);
});

test('a wrong rehearsal code is said plainly', () => {
  const { moment } = viewOf(modelOf({ t: 'link', link: { kind: 'bad-code' } }), 0);
  expect(moment).toMatchObject({ name: 'bad-code', headline: 'This rehearsal link is not valid.' });
});
