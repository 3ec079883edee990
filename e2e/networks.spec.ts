/** From a result that came from few networks to the table of them, and back. */
import { expect, type Page } from '@playwright/test';
import { drawScene, test } from './testing/scene-gallery.ts';

const networks = (page: Page) => page.getByRole('region', { name: 'Networks', exact: true });
const sentence = (page: Page) => page.getByRole('button', { name: /^39,526 of 61,482 (\(64\.3 %\) )?from 3 networks/ });
const tab = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test.beforeEach(({ gallery }) => gallery.setViewportSize({ width: 1280, height: 720 }));

for (const screen of ['producer', 'director']) {
  test(`beside the result on the ${screen} screen stands how much came from few networks; a press shows them`, async ({
    gallery: page,
    scenes,
  }) => {
    await drawScene(page, scenes, `${screen}-attack`);
    await expect(page.getByRole('img', { name: 'Look at this:' }).first()).toBeVisible();
    await sentence(page).click();
    await expect(networks(page)).toBeVisible();
    const row = networks(page).getByRole('row', { name: /^2001:db8:5bad:cafe::\/64/ });
    await expect(row).toContainText('beyond');
    await expect(row).toContainText('37,212 under 1 min');
  });
}

test('a desk that is not told of networks reads the sentence, and nothing leads on from it', async ({
  gallery: page,
  scenes,
}) => {
  await drawScene(page, scenes, 'director-attack-kept');
  await expect(page.getByText(/^39,526 of 61,482/).first()).toBeVisible();
  await expect(sentence(page)).toHaveCount(0);
});

test('the operator reads beside the curves how many are beyond, and goes there and back without losing the focus', async ({
  gallery: page,
  scenes,
}) => {
  await drawScene(page, scenes, 'operator-attack');
  const toNetworks = tab(page, 'Networks 3 beyond');
  await expect(page.getByRole('region', { name: 'Traffic' })).toBeVisible();
  await toNetworks.focus();
  await page.keyboard.press('Enter');
  await expect(networks(page)).toBeVisible();
  await expect(toNetworks).toBeFocused();
  await expect(toNetworks).toHaveAttribute('aria-pressed', 'true');
  await tab(page, 'Traffic').click();
  await expect(networks(page)).toBeHidden();
});

test('nothing else moves when networks come or one is beyond', async ({ gallery: page, scenes }) => {
  const places = async (scene: string) => {
    await drawScene(page, scenes, scene);
    await expect(networks(page)).toBeVisible();
    const board = await page.getByRole('region', { name: 'Degradation board' }).boundingBox();
    const [traffic, own] = [await tab(page, 'Traffic').boundingBox(), await networks(page).boundingBox()];
    return { board, traffic, own };
  };
  const empty = await places('operator-networks-none');
  expect(await places('operator-networks-attack')).toEqual(empty);
  expect(await places('operator-networks-hidden')).toEqual(empty);
});

test('on a calm night the sentence is there without a warning', async ({ gallery: page, scenes }) => {
  await drawScene(page, scenes, 'producer-carriers');
  await expect(tab(page, /^2,022 of 61,482 from 2 networks, over 615 each/)).toBeVisible();
  await expect(page.getByRole('img', { name: 'Look at this:' })).toHaveCount(0);
});

test('amber in the table says what it says beside the result: a carrier beyond the threshold is none yet', async ({
  gallery: page,
  scenes,
}) => {
  const colours = async (scene: string) => {
    await drawScene(page, scenes, scene);
    await expect(
      networks(page)
        .getByRole('row', { name: /beyond$/ })
        .first(),
    ).toBeVisible();
    return page.evaluate<string[]>(`
      ['[data-beyond-count]', '[data-beyond=true] [data-mark]'].map((part) => getComputedStyle(document.querySelector(part)).color)
    `);
  };
  const [tabCalm, wordCalm] = await colours('operator-networks-calm');
  const [tabLarge, wordLarge] = await colours('operator-networks-attack');
  expect(tabLarge).toBe(wordLarge);
  expect([tabCalm, wordCalm]).not.toContain(wordLarge);
});

test('the table says when it has nothing to say, and why', async ({ gallery: page, scenes }) => {
  await drawScene(page, scenes, 'operator-networks-none');
  await expect(networks(page)).toContainText('No network stands out');
  await drawScene(page, scenes, 'operator-networks-kept');
  await expect(networks(page)).toContainText('Networks are shown to those who look after the audience');
  await drawScene(page, scenes, 'operator-networks-hidden');
  await expect(networks(page)).toContainText('ballots are not shown while the count is hidden');
  await expect(networks(page)).not.toContainText('61,482');
});
