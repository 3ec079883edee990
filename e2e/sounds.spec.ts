/** Of several windows of one person one is heard. */
import { expect, type Page } from '@playwright/test';
import { openBrowserDesk } from './testing/browser-desk.ts';
import { test } from './testing/fixtures.ts';

test('the last ten seconds on air are heard once, in one of two windows, and not when muted', async ({
  studio,
  phones,
}) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  const context = await phones.newContext();
  const [first, second] = [
    await openBrowserDesk(room, context, 'owner'),
    await openBrowserDesk(room, context, 'owner'),
  ];
  const sounds = (desk: Page) => desk.getByRole('button', { name: 'Sounds', exact: true });
  for (const desk of [first, second]) await desk.keyboard.press('Shift');
  for (const desk of [first, second]) await expect(sounds(desk)).toHaveAttribute('data-speaker', 'ready');
  await sounds(room.page).press('Enter');
  await expect(sounds(room.page)).toHaveAttribute('aria-pressed', 'false');

  // Twenty seconds long.
  await room.arm('In which year was the first Saturday Finale?');
  await room.page.keyboard.press('F12');
  await expect(room.page.getByRole('banner')).toContainText(/0:0[0-8]\s*left/);
  const heard = await Promise.all(
    [first, second, room.page].map((desk) => sounds(desk).getAttribute('data-last-sound')),
  );
  expect(heard.filter((sound) => sound === 'closing-10')).toHaveLength(1);
  expect(heard[2]).toBeNull();
  expect(await room.quit()).toBe(0);
});
