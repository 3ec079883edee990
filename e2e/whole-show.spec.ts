/** The sample show from its first cue to its last, as a producer plays it: by keyboard alone, with a director beside. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { ShowFile } from '../shared/protocol/show-file.ts';
import { openBrowserDesk } from './testing/browser-desk.ts';
import { test } from './testing/fixtures.ts';
import { holdKeys } from './testing/keys.ts';
import { Phone } from './testing/phone.ts';

const SHOW = ShowFile.parse(
  JSON.parse(readFileSync(fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url)), 'utf8')),
);

/** Half a minute of grace is for a picture that comes late; nothing here waits for one. */
const GRACE_MS = 500;

const cue = (desk: Page, n: number) => desk.getByRole('button', { name: new RegExp(`^Cue ${n},`) });

/** Takes the first of what may be chosen and sends it. */
async function vote({ page }: Phone): Promise<void> {
  await page.locator('input[type=radio], input[type=checkbox]').first().check({ force: true });
  await page.getByRole('button', { name: /^(Vote|Rate|Answer|Predict)/ }).click();
  await expect(page.getByRole('heading', { name: 'Your vote is in.' })).toBeVisible();
}

test('every cue of the sample show is played in its order by keyboard alone, and all screens agree on each', async ({
  studio,
  phones,
}) => {
  test.slow();
  const file = join(studio.dir, 'show.json');
  writeFileSync(file, JSON.stringify({ ...SHOW, cues: SHOW.cues.map((c) => ({ ...c, graceMs: GRACE_MS })) }));
  const room = await studio.open(['--show', file, '--mode', 'live', '--edges', '2']);
  await room.isUp();
  const { page } = room;
  const { keyboard } = page;
  const director = await openBrowserDesk(room, phones, 'director');
  const audienceUrl = studio.run()?.audienceUrl ?? '';
  const viewers = [
    await Phone.open(phones, audienceUrl, 'websocket'),
    await Phone.open(phones, audienceUrl, 'sse'),
    await Phone.open(phones, audienceUrl, 'polling'),
  ];
  const desks = [page, director];
  const is = async (n: number, word: string) => {
    for (const desk of desks) await expect(cue(desk, n)).toHaveAttribute('aria-label', new RegExp(`, ${word}\\b`));
  };

  for (const [i, { kind, text, class: voteClass, live }] of SHOW.cues.entries()) {
    const n = i + 1;
    await expect(async () => {
      const current = Number(
        (
          await page.getByRole('region', { name: 'Rundown' }).locator('[aria-current=true]').getAttribute('aria-label')
        )?.match(/\d+/)?.[0],
      );
      if (current !== n) await keyboard.press(current < n ? 'ArrowDown' : 'ArrowUp');
      expect(current).toBe(n);
    }).toPass();
    if (kind === 'note') {
      await keyboard.press('Shift+A');
      await expect(room.lastCommand()).toContainText('not sent');
      continue;
    }
    await keyboard.press('Shift+A');
    await is(n, 'Armed');
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    await keyboard.press('F12');
    await is(n, 'On air');
    for (const desk of desks) await expect(desk.locator('[data-cell=air]')).toContainText(text);
    if (kind === 'cta') {
      for (const viewer of viewers) await expect(viewer.page.locator('body')).toContainText(text);
    } else {
      for (const viewer of viewers) await expect(viewer.headline(text)).toBeVisible();
      for (const viewer of viewers) await vote(viewer);
      const counted = director.getByRole('region', { name: 'Poll', exact: true });
      await director.keyboard.press('F2');
      await expect(counted).toContainText(text);
      await expect(counted).toContainText('Votes counted3');
      await director.keyboard.press('F1');
    }
    await holdKeys(page, ['Shift', 'C'], async () => {
      await expect(room.lastCommand()).toContainText(`CLOSE cue ${n}: accepted`);
    });
    if (kind === 'cta') {
      await is(n, 'Done');
      continue;
    }
    if (voteClass === 'editorial') {
      await is(n, 'Closed');
      await expect(room.button('VERIFY')).toHaveAttribute('aria-disabled', 'false');
      await keyboard.press('Shift+V');
    }
    await is(n, 'Verified');
    // What is shown while it runs stays; the key would hide it.
    if (live?.audience === undefined) {
      await expect(page.getByRole('button', { name: 'REVEAL: to audience' })).toHaveAttribute('aria-disabled', 'false');
      await keyboard.press('Shift+E');
    }
    for (const viewer of viewers) await expect(viewer.page.locator('main')).toContainText(/100\.0\s%[\s\S]*final/i);
  }
  expect(await room.quit()).toBe(0);
});
