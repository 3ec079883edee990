/** The cheat sheet and the command palette, in the real window: what they leave in sight, and what they fire. */
import { expect } from '@playwright/test';
import { test } from './testing/fixtures.ts';

const POLL = 'Best performance so far?';

test('the cheat sheet and the palette never cover transport or the top bar, and the palette fires only what is held', async ({
  studio,
}) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  const { page } = room;
  const { keyboard } = page;
  const dialog = page.getByRole('dialog');
  for (const size of [
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
  ]) {
    await room.app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
    // Without a window manager it may be a pixel less.
    await expect.poll(() => page.evaluate<number>(`Math.abs(innerWidth - ${size.width})`)).toBeLessThan(3);
    for (const [name, chord] of [
      ['keys', '?'],
      ['palette', 'Control+k'],
    ] as const) {
      await keyboard.press(chord);
      await expect(dialog).toBeVisible();
      const box = (await dialog.boundingBox()) ?? fail();
      const bar = (await page.getByRole('banner').boundingBox()) ?? fail();
      const transport = (await page.locator('[data-transport]').boundingBox()) ?? fail();
      const strip = (await page.getByRole('contentinfo').boundingBox()) ?? fail();
      expect(box.y).toBeGreaterThanOrEqual(bar.y + bar.height);
      expect(box.x + box.width).toBeLessThanOrEqual(transport.x);
      expect(box.y + box.height).toBeLessThanOrEqual(strip.y);
      await room.shot(`keyboard-${name}-${size.width}`);
      await keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
    }
  }

  // The same key closes the sheet, and GO works beside it.
  await keyboard.press('?');
  await expect(dialog).toContainText('HOLD with a reason');
  await keyboard.press('?');
  await expect(dialog).toHaveCount(0);

  for (let down = 0; down < 4; down++) await keyboard.press('ArrowDown');
  await keyboard.press('Control+k');
  const field = page.getByRole('combobox');
  await expect(field).toBeFocused();
  await keyboard.type('arm');
  await expect(page.getByRole('option', { selected: true })).toContainText('ARM');
  await keyboard.press('Enter');
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await expect(dialog).toHaveCount(0);

  await keyboard.press('Control+k');
  await keyboard.type('go');
  const chosen = page.getByRole('option', { selected: true });
  await expect(chosen).toContainText(POLL);
  expect(await field.getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
  await keyboard.press('Enter');
  await keyboard.press('F12');
  await expect(room.lastCommand()).toContainText('F12 not sent: shortcuts are off');
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await keyboard.down('Enter');
  await expect(chosen).toContainText('keep holding');
  await expect(room.lastCommand()).toContainText('GO cue 5: accepted');
  await keyboard.down('Enter');
  await keyboard.up('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'On air' })).toContainText(POLL);

  // What can't be done is listed with its reason, and Enter on it does nothing.
  await keyboard.press('Control+k');
  await keyboard.type('verify');
  await expect(chosen).toHaveAttribute('aria-disabled', 'true');
  await keyboard.press('Enter');
  await expect(room.lastCommand()).toContainText('VERIFY cue 5 not sent');
  await keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  // A reload would take the page off the show.
  await page.evaluate('globalThis.notReloaded = true');
  for (const key of ['F5', 'Control+r', 'Control+Shift+r']) await keyboard.press(key);
  await keyboard.press('F4');
  await expect(page.getByRole('navigation', { name: 'Screens' }).locator('[aria-current]')).toHaveText('F4Log');
  expect(await page.evaluate('globalThis.notReloaded')).toBe(true);
  expect(await room.quit()).toBe(0);
});

function fail(): never {
  throw new Error('it has no place on the screen');
}
