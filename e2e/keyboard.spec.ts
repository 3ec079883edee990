/**
 * A show played by keyboard alone in the real window. A director in a browser beside it and viewers on all three
 * transports must tell the same story at every step.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import type { LogEntry } from '../shared/protocol/logbook.ts';
import { openBrowserDesk } from './testing/browser-desk.ts';
import { test } from './testing/fixtures.ts';
import { holdKeys } from './testing/keys.ts';
import { Phone } from './testing/phone.ts';

const POLL = 'Best performance so far?';
const NEXT = 'Which two songs should come back tonight?';
/** Presses until the focus has gone round the window, with room for a few more buttons. */
const MOST_TABS = 150;
/** Times that the poll is made ten seconds longer. */
const EXTENSIONS = 12;

const onAir = (desk: Page): Locator => desk.getByRole('region', { name: 'On air' });
const cue = (desk: Page, text: string): Locator => desk.getByRole('button', { name: `, ${text}, ` });

/** What has the focus, as its look tells: null when nothing has, which needs no look. */
function focusLook(page: Page): Promise<{ name: string; seen: boolean } | null> {
  return page.evaluate(`(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return null;
    const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const drawn = boxShadow !== 'none' || (outlineStyle !== 'none' && outlineWidth !== '0px');
    const name = focused.getAttribute('aria-label') ?? focused.textContent ?? focused.tagName;
    return { name: name.trim(), seen: drawn && box.width > 0 && box.height > 0 };
  })()`);
}

async function expectFocusSeen(page: Page): Promise<void> {
  const look = await focusLook(page);
  expect(look?.seen ?? true, `the focus on “${look?.name}” can be seen`).toBe(true);
}

/** When the run on air closes, as the desk shows it. */
function closesAt(desk: Page): Promise<string | null> {
  return onAir(desk).locator('[data-times]').textContent();
}

test('a show is played by keyboard alone; a director in a browser and viewers on every transport agree at each step', async ({
  studio,
  phones,
}) => {
  // Five browsers.
  test.slow();
  const room = await studio.open(['--mode', 'live', '--edges', '2']);
  await room.isUp();
  const { page } = room;
  const { keyboard } = page;
  const other = await openBrowserDesk(room, phones, 'director');
  const audienceUrl = studio.run()?.audienceUrl ?? '';
  const viewers = [
    await Phone.open(phones, audienceUrl, 'websocket'),
    await Phone.open(phones, audienceUrl, 'sse'),
    await Phone.open(phones, audienceUrl, 'polling'),
  ];

  /** Both desks show the cue like this, every viewer shows that headline, and the focus can be seen. */
  async function agree(step: { text: string; is: string; viewers: string }): Promise<void> {
    for (const desk of [page, other]) {
      await expect(cue(desk, step.text)).toHaveAttribute('aria-label', new RegExp(`, ${step.is}\\b`));
    }
    for (const viewer of viewers) await expect(viewer.headline(step.viewers)).toBeVisible();
    await expectFocusSeen(page);
  }

  /** The director's own screen has these words of the poll; then back to the rundown. */
  async function directorSees(...words: string[]): Promise<void> {
    await other.keyboard.press('F2');
    for (const word of words)
      await expect(other.getByRole('region', { name: 'Poll', exact: true })).toContainText(word);
    await other.keyboard.press('F1');
  }

  await agree({ text: POLL, is: 'Ready', viewers: 'Take your seat.' });
  await expect(page.getByRole('region', { name: 'Next' })).toContainText('Arm cue 1 to open it');
  for (let down = 0; down < 4; down++) await keyboard.press('ArrowDown');
  await expect(cue(page, POLL)).toHaveAttribute('aria-current', 'true');

  await keyboard.press('Shift+A');
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await agree({ text: POLL, is: 'Armed', viewers: 'Take your seat.' });

  // Held down it repeats, as a keyboard does, and fires once.
  for (let repeat = 0; repeat < 6; repeat++) await keyboard.down('F12');
  await expect(room.lastCommand()).toContainText('GO cue 5: accepted');
  for (let repeat = 0; repeat < 6; repeat++) await keyboard.down('F12');
  await keyboard.up('F12');
  await expect(room.lastCommand()).toContainText('GO cue 5: accepted');
  // Whatever else the machine has to do: the poll must not end by itself while it is looked at.
  for (let more = 0; more < EXTENSIONS; more++) {
    const before = await closesAt(page);
    await keyboard.press('Shift+P');
    await expect.poll(() => closesAt(page)).not.toBe(before);
  }
  await expect(room.lastCommand()).toContainText('+10 s cue 5: accepted');
  await agree({ text: POLL, is: 'On air', viewers: POLL });
  await expect(onAir(other)).toContainText(POLL);

  for (const viewer of viewers) await viewer.vote('Brass & Bone');
  for (const viewer of viewers) await expect(viewer.headline('Your vote is in.')).toBeVisible();
  for (const desk of [page, other]) {
    await expect(desk.getByRole('list', { name: 'Votes by option' }).getByRole('listitem').first()).toContainText('3');
  }

  await keyboard.press('Shift+W');
  const question = page.getByRole('dialog');
  await expect(question).toContainText('The clock stops');
  await expectFocusSeen(page);
  for (let tabs = 0; tabs < 8 && (await page.locator('[role=dialog] input:focus').count()) === 0; tabs++) {
    await keyboard.press('Tab');
    await expectFocusSeen(page);
  }
  await keyboard.type('The band is not ready');
  // A key of the desk types nothing here, does nothing, and says so.
  await keyboard.press('F12');
  await expect(page.locator('[data-shortcuts]')).toHaveText('Shortcuts off: typing');
  await expect(room.lastCommand()).toContainText('F12 not sent: shortcuts are off');
  await room.shot('keyboard-1-reason');
  await keyboard.press('Enter');
  await agree({ text: POLL, is: 'On hold', viewers: 'Your vote is in.' });
  for (const desk of [page, other]) await expect(onAir(desk)).toContainText('The band is not ready');

  // A double press must not undo a HOLD, so RESUME is deaf at first.
  await expect(room.button('RESUME')).toHaveAttribute('aria-disabled', 'false');
  await keyboard.press('Shift+H');
  await agree({ text: POLL, is: 'On air', viewers: 'Your vote is in.' });
  await directorSees('On air', POLL, 'Votes counted3', 'Brass & Bone3votes100.0%');

  // Most of the minute is left: a tap is not enough.
  await keyboard.press('Shift+C');
  await expect(cue(page, POLL)).toHaveAttribute('aria-label', /, On air\b/);
  await holdKeys(page, ['Shift', 'C'], async () => {
    await expect(room.lastCommand()).toContainText('CLOSE cue 5: accepted');
  });
  await agree({ text: POLL, is: 'Closed', viewers: 'Voting has closed.' });

  await keyboard.press('Shift+V');
  await agree({ text: POLL, is: 'Verified', viewers: 'Voting has closed.' });
  await directorSees('Verified', 'Votes counted3');
  await keyboard.press('Shift+E');
  for (const viewer of viewers) await expect(viewer.page.locator('main')).toContainText('100');
  for (const desk of [page, other]) await expect(desk.getByRole('button', { name: /^HIDE:/ }).first()).toBeVisible();
  await agree({ text: POLL, is: 'Verified', viewers: POLL });

  // GO has moved the focus on to the next cue. It was a mistake: RECALL, within five seconds.
  await keyboard.press('Shift+A');
  await agree({ text: NEXT, is: 'Armed', viewers: POLL });
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await keyboard.press('F12');
  await expect(room.lastCommand()).toContainText('GO cue 6: accepted');
  await keyboard.press('Shift+R');
  await expect(room.lastCommand()).toContainText('RECALL cue 6: accepted');
  await agree({ text: NEXT, is: 'Ready', viewers: 'Take your seat.' });

  await keyboard.press('Shift+A');
  await agree({ text: NEXT, is: 'Armed', viewers: 'Take your seat.' });
  // Not within a second of the last GO.
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await keyboard.press('Control+Enter');
  await agree({ text: NEXT, is: 'On air', viewers: NEXT });
  await holdKeys(page, ['Shift', 'X'], async () => {
    await expect(room.lastCommand()).toContainText('CLEAR AIR: accepted');
  });
  for (const viewer of viewers) await expect(viewer.headline('Take your seat.')).toBeVisible();
  for (const desk of [page, other]) await expect(desk.getByRole('banner')).toContainText('Nothing on air');
  await expectFocusSeen(page);

  // Every press became one command, and no other did.
  const sent = await page.evaluate<LogEntry[]>('tallyroom.logList(0, 100)');
  expect(sent.map(({ type }) => type)).toEqual([
    'cue.arm',
    'cue.go',
    ...Array.from({ length: EXTENSIONS }, () => 'poll.extend'),
    'poll.pause',
    'poll.resume',
    'poll.close',
    'poll.verify',
    'poll.reveal',
    'cue.arm',
    'cue.go',
    'poll.recall',
    'cue.arm',
    'cue.go',
    'show.clear',
  ]);
  expect(new Set(sent.map(({ source }) => source))).toEqual(new Set(['key', 'dialog']));
  expect(await room.quit()).toBe(0);
});

test('the focus goes round the window and can be seen wherever it is', async ({ studio }) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  const { page } = room;
  const names = new Set<string>();
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    await page.keyboard.press('Tab');
    const look = await focusLook(page);
    if (look === null) continue;
    expect(look.seen, `the focus on “${look.name}” can be seen`).toBe(true);
    names.add(look.name);
  }
  for (const word of ['Mode live', 'Cue 12', 'GO.', 'ARM:', 'Find', 'Keys', 'Sounds', 'CLEAR AIR:']) {
    expect(
      [...names].some((name) => name.startsWith(word)),
      `${word} is reached by Tab`,
    ).toBe(true);
  }
  expect(await room.quit()).toBe(0);
});
