/** Alarms at any desk: how one finds them, and how one puts them away with the keyboard, and not by accident. */
import { expect, type Page } from '@playwright/test';
import { drawScene, test } from './testing/scene-gallery.ts';

const seen = (page: Page, alarm: RegExp) => page.getByRole('button', { name: alarm });
const DIED = /^SEEN, Edge e8 died three times/;
const CORE = /^SEEN, The core was started anew/;
const CLOCK = /^SEEN, The server’s clock was set back/;
const DISK = /^SEEN, The data folder’s disk/;

test.beforeEach(({ gallery }) => gallery.setViewportSize({ width: 1280, height: 720 }));

for (const screen of ['producer', 'director', 'operator', 'log', 'settings']) {
  test(`the ${screen} screen says how many alarms stand and which is the newest, and opens the list`, async ({
    gallery: page,
    scenes,
  }) => {
    await drawScene(page, scenes, `${screen}-alarms`);
    const plate = page.getByRole('button', { name: /^4 alarms\. The newest, since 21:14:34: Edge e8 died/ });
    await plate.click();
    const list = page.getByRole('dialog', { name: '4 alarms, newest first' });
    await expect(list.getByRole('listitem')).toHaveCount(4);
    // All that the part said stands there, below what one has to know.
    await expect(list).toContainText('RangeError [ERR_OUT_OF_RANGE]');
    await expect(list.getByRole('button', { name: /^Close/ })).toBeFocused();
    await plate.click();
    await expect(list).toBeHidden();
  });
}

test('with the keyboard one goes from SEEN to SEEN, and nothing is seen that was not pressed', async ({
  gallery: page,
  scenes,
}) => {
  await drawScene(page, scenes, 'operator-alarms');
  await seen(page, DIED).focus();
  await page.keyboard.press('Enter');
  await expect(seen(page, DIED)).toHaveCount(0);
  await expect(seen(page, CORE)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(seen(page, CLOCK)).toBeFocused();
  await seen(page, DISK).focus();
  await page.keyboard.press(' ');
  await expect(seen(page, CLOCK)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(seen(page, CORE)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Alarms that stand' })).toBeFocused();
  await expect(page.getByText('No alarm stands')).toBeVisible();
  await expect(page.getByRole('button', { name: '0 alarms. No alarm stands' })).toBeVisible();
});

test('a double click puts one alarm away, not the one that moves up under it', async ({ gallery: page, scenes }) => {
  await drawScene(page, scenes, 'operator-alarms');
  await seen(page, DIED).dblclick();
  await expect(seen(page, DIED)).toHaveCount(0);
  await expect(seen(page, CORE)).toBeVisible();
});

test('nothing moves when the last alarm leaves', async ({ gallery: page, scenes }) => {
  await drawScene(page, scenes, 'producer-alarms-told');
  const places = () =>
    page.evaluate(
      `[...document.querySelectorAll('#desk > * > footer > *, #desk > * > header > *, [data-go]')].map((e) => JSON.stringify(e.getBoundingClientRect()))`,
    );
  const before = await places();
  await page.getByRole('log', { name: 'Notices' }).getByRole('button', { name: /^SEEN/ }).first().click();
  await page.getByRole('button', { name: /^3 alarms/ }).click();
  const list = page.getByRole('dialog');
  for (let left = 3; left > 0; left--) await list.getByRole('button', { name: /^SEEN/ }).first().click();
  await expect(page.getByRole('button', { name: '0 alarms. No alarm stands' })).toBeVisible();
  expect(await places()).toEqual(before);
});
