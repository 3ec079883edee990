/** The viewer page for everybody: by keyboard, by ear, enlarged, on the smallest phones, and with the longest texts. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import {
  CALM,
  FINAL,
  LEO,
  MIRA,
  pausedPoll,
  poll,
  receipt,
  SERVER_NOW_MS,
  state,
} from '../renderer/audience/testing/samples.ts';
import type { PublicState } from '../shared/protocol/audience.ts';
import type { OptionId, PollId } from '../shared/protocol/ids.ts';
import { test } from './testing/scripted-edge.ts';

const LATER = { closesAtMs: SERVER_NOW_MS + 600_000 };
const question = state({ rev: 2, poll: poll(LATER) });
const closed = state({ rev: 3, poll: poll({ intake: 'closed', closesAtMs: SERVER_NOW_MS }) });
const results: PublicState = {
  ...closed,
  rev: 4,
  answer: { pollId: FINAL, round: 1, options: [MIRA] },
  results: {
    pollId: FINAL,
    round: 1,
    visibility: 'counts',
    total: 8_000,
    options: [
      { id: LEO, share: 0.5, count: 4_000 },
      { id: MIRA, share: 0.5, count: 4_000 },
    ],
    final: true,
    atMs: SERVER_NOW_MS,
  },
};
const cta = {
  id: 'song' as PollId,
  round: 1,
  text: 'Hear the winner’s single now',
  link: 'https://saturday-finale.example/single',
  intake: 'open' as const,
  openedAtMs: SERVER_NOW_MS,
  closesAtMs: SERVER_NOW_MS + 60_000,
};

/** Everything that axe finds, as lines that say what and where. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, impact, nodes }) => nodes.map((node) => `${impact} ${id}: ${node.html}`));
}

test('axe finds nothing in any moment', async ({ open }) => {
  const edge = await open({ state: state() });
  const { page } = edge;
  const clean = async (moment: string) => {
    await expect(page.locator('main')).toHaveAttribute('data-moment', moment);
    expect(await findings(page), moment).toEqual([]);
  };
  await clean('waiting');
  edge.show({ ...question, cta });
  await clean('question');
  edge.show({ ...question, rev: 3, poll: pausedPoll(17_000) });
  await clean('paused');
  edge.show({ ...question, rev: 4, hints: { ...CALM, level: 5 } });
  const ballot = await edge.vote('radio', 'Leo Okafor');
  await clean('sent');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await clean('accepted');
  edge.show({ ...closed, rev: 5 });
  await clean('closed');
  edge.show({ ...results, rev: 6 });
  await clean('results');
  edge.show({ ...state({ cta }), rev: 7, mode: 'rehearsal', message: 'We are back in two minutes.' });
  await clean('cta');
});

test('a whole vote by keyboard alone, with the focus never lost and never taken', async ({ open }) => {
  const edge = await open({ state: question });
  const { page } = edge;
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  await expect(page.getByRole('radio')).toHaveCount(3);
  expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Mira Solberg' })).toBeChecked();
  await expect(page.getByRole('radio', { name: 'Mira Solberg' })).toBeFocused();
  // What the show does meanwhile takes the focus from nobody.
  edge.show({ ...question, rev: 3, message: 'Hello', poll: poll({ closesAtMs: SERVER_NOW_MS + 660_000 }) });
  await expect(page.getByText('Hello')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Mira Solberg' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Vote for Mira Solberg' })).toBeFocused();
  await expect(page.getByRole('button')).toHaveAccessibleDescription('One vote. It can’t be changed after sending.');
  const ballot = edge.ballot();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Sending your vote' })).toBeDisabled();
  expect(await focused()).toContain('Who sings the final song?');
  edge.say({ t: 'receipt', receipt: receipt((await ballot).id) });
  await expect(page.getByRole('heading', { name: 'Your vote is in.' })).toBeFocused();
});

test('what happens is read out once: the moment, the end of the time, and what is out of the ordinary', async ({
  open,
}) => {
  const edge = await open({ state: state({ rev: 2, poll: poll() }) });
  const { page } = edge;
  const said = page.locator('.say');
  await expect(said.first()).toHaveText(/^Under (30|10) seconds left$/);
  await edge.vote('radio', 'Leo Okafor');
  await expect(said.first()).toHaveText('Sending your vote');
  await expect(said.last()).toHaveText('');
  edge.cut();
  await expect(said.last()).toHaveText(/^No signal\. Your vote is saved on this phone/);
  // The clock that counts is no live region: it would be read every second.
  await expect(page.getByRole('timer')).not.toHaveAttribute('aria-live', /./);
});

const LONG =
  'The incomparably long-named Philharmonic Youth Orchestra of the Northern and Western Isles and Their Guests';
const longQuestion = state({
  rev: 2,
  title: 'The Great Saturday Evening Finale of the Nation, Live from the Riverside',
  message: 'Because of the weather the second half begins a little later than planned. Please stay with us.',
  poll: poll({
    ...LATER,
    text: 'Which of tonight’s performances should be heard again at the very end of the evening, when all of the artists are back on the stage?',
    options: [
      { id: LEO, text: LONG },
      { id: MIRA, text: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen' },
      { id: 'c' as OptionId, text: 'Ja' },
    ],
  }),
});
const fifty = state({
  rev: 2,
  poll: poll({
    ...LATER,
    options: Array.from({ length: 50 }, (_, i) => ({ id: `o${i}` as OptionId, text: `Song number ${i + 1}` })),
  }),
});

/** Nothing sticks out sideways. */
async function fits(page: Page): Promise<void> {
  const [width = 0, room = 0] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(width).toBeLessThanOrEqual(room);
}

const SCREENS = [
  { name: 'narrow', context: { viewport: { width: 320, height: 568 } }, textSize: null },
  { name: 'landscape', context: { viewport: { width: 844, height: 390 } }, textSize: null },
  { name: 'desktop-zoomed', context: { viewport: { width: 640, height: 360 } }, textSize: null },
  { name: 'large-text', context: { viewport: { width: 390, height: 844 } }, textSize: '200%' },
];

for (const { name, context, textSize } of SCREENS) {
  test(`the page can be used on a screen that is ${name}`, async ({ open }) => {
    const edge = await open({ state: question, context });
    const { page } = edge;
    const enlarge = async () => {
      if (textSize !== null) await page.addStyleTag({ content: `html { font-size: ${textSize} }` });
    };
    await enlarge();
    await fits(page);
    await page.getByRole('radio', { name: 'Leo Okafor' }).check();
    await edge.shot(`viewer-${name}-question`);
    const ballot = await edge.vote('radio', 'Leo Okafor');
    edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
    await expect(page.getByRole('heading', { name: 'Your vote is in.' })).toBeInViewport();
    await fits(page);
    await edge.shot(`viewer-${name}-accepted`);
    edge.show({ ...results, rev: 9 });
    await expect(page.getByText('right answer')).toBeAttached();
    await fits(page);
    await edge.shot(`viewer-${name}-results`);
    edge.show({ ...longQuestion, rev: 10, poll: { ...(longQuestion.poll ?? poll()), round: 2 } });
    await expect(page.getByRole('radio')).toHaveCount(3);
    await fits(page);
    await edge.shot(`viewer-${name}-long`);
    await page.getByRole('radio').first().check();
    await page.locator('button[type="submit"]').scrollIntoViewIfNeeded();
    await fits(page);
    await edge.shot(`viewer-${name}-long-end`);
  });
}

test('fifty options: the time and the button stay in sight, and every option can be reached', async ({ open }) => {
  const edge = await open({ state: fifty });
  const { page } = edge;
  await page.getByRole('radio', { name: 'Song number 50', exact: true }).check();
  await expect(page.getByRole('timer')).toBeInViewport();
  await expect(page.getByRole('button', { name: 'Vote for Song number 50' })).toBeInViewport();
  await edge.shot('viewer-fifty-options');
  await page.keyboard.press('ArrowUp');
  const option = page.getByRole('radio', { name: 'Song number 49', exact: true });
  await expect(option).toBeFocused();
  // The one in focus lies neither under the head nor under the button.
  const [own, head, end] = await Promise.all([
    option.boundingBox(),
    page.locator('header').boundingBox(),
    page.locator('footer').boundingBox(),
  ]);
  expect(own?.y).toBeGreaterThanOrEqual((head?.y ?? 0) + (head?.height ?? 0));
  expect((own?.y ?? 0) + (own?.height ?? 0)).toBeLessThanOrEqual((end?.y ?? 0) + 1);
  const ballot = await edge.vote('radio', 'Song number 49');
  edge.say({ t: 'receipt', receipt: receipt(ballot.id) });
  await expect(page.getByRole('heading', { name: 'Your vote is in.' })).toBeInViewport();
});

test('with reduced motion nothing moves by itself; without it only bars and the sign of sending do', async ({
  open,
}) => {
  const moving = (page: Page) => page.evaluate<number>('document.getAnimations().length');
  for (const [reducedMotion, spinners] of [
    ['reduce', 0],
    ['no-preference', 1],
  ] as const) {
    const edge = await open({ state: question, context: { reducedMotion } });
    await edge.vote('radio', 'Leo Okafor');
    await expect(edge.page.getByRole('button', { name: 'Sending your vote' })).toBeVisible();
    await expect.poll(() => moving(edge.page)).toBeGreaterThanOrEqual(spinners);
    if (reducedMotion === 'reduce') expect(await moving(edge.page)).toBe(0);
  }
});
