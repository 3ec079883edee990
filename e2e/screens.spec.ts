/** Every screen in every state, at every size: a picture of each as an artefact, nothing cut off, and no serious accessibility fault. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { SCENES } from '../renderer/desk/testing/scenes/scene-list.ts';
import { Accessibility } from './testing/accessibility.ts';
import { drawScene, test } from './testing/scene-gallery.ts';

const SHOTS = fileURLToPath(new URL('../artifacts/states/', import.meta.url));
const SIZES = [
  { name: '1920', width: 1920, height: 1080 },
  { name: '1280', width: 1280, height: 720 },
  { name: '1024', width: 1024, height: 700 },
  // 1280 x 720 at 200 % zoom.
  { name: 'zoomed', width: 640, height: 360 },
];

/** Where a small window changes what stands beside what, and not only how much of it is seen. */
const AT_1024 = /^(producer-(normal|stale|carriers|closing-waits|attack-verified)|director-normal|operator-normal)$/;

/** Text that is wider than its place without being an ellipsis or a scrolled box, by what it says. */
const CUT_OFF = `[...document.querySelectorAll('main *, #desk > * > header *, #desk > * > footer *')]
  .filter((e) => e.children.length === 0 && e.textContent.trim() !== '' && e.scrollWidth > e.clientWidth + 1)
  .filter((e) => {
    const { overflowX, textOverflow, position, display } = getComputedStyle(e);
    return overflowX !== 'visible' && textOverflow !== 'ellipsis' && overflowX !== 'auto' && position !== 'absolute' && display !== 'inline';
  })
  .map((e) => e.textContent.trim())`;

/** Text that runs out of its line and into the next one, by what it says. */
const OVERRUN = `[...document.querySelectorAll('main li, main tr, main dl > div')]
  .flatMap((line) => [...line.querySelectorAll('*')].map((e) => ({ e, line })))
  .filter(({ e, line }) => e.children.length === 0 && e.textContent.trim() !== '' && e.closest('li, tr, dl > div') === line)
  .filter(({ e }) => getComputedStyle(e).position !== 'absolute' && e.getClientRects().length > 0)
  .filter(({ e, line }) => {
    const [text, place] = [e.getBoundingClientRect(), line.getBoundingClientRect()];
    return text.bottom > place.bottom + 2 || text.top < place.top - 2;
  })
  .map(({ e }) => e.textContent.trim())`;

/** Hebrew and Arabic sentences of one line whose last mark stands right of their first letter, by what they say. */
const WRONG_END = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const { 0: sentence, index } of node.data.matchAll(/[\\u0590-\\u06ff][^a-z]*?[?!.؟](?![^a-z]*[\\u0590-\\u06ff])/gi)) {
      const place = (i) => {
        const range = document.createRange();
        range.setStart(node, index + i);
        range.setEnd(node, index + i + 1);
        return range.getBoundingClientRect();
      };
      const [first, last] = [place(0), place(sentence.length - 1)];
      if (first.width > 0 && last.width > 0 && first.top === last.top && last.left > first.left) found.push(sentence);
    }
  }
  return found;
})()`;

/** Cells of the top bar that are too narrow for their figures, by what they say. */
const NARROW = `[...document.querySelectorAll('#desk > * > header > *')]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
  .map((cell) => cell.textContent.trim())`;

/** Whether the page can be scrolled sideways: at no size may it. */
const SIDEWAYS = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

const accessibility = new Accessibility();

for (const scene of SCENES) {
  test(`the state ${scene.name} is whole at every size and has no serious accessibility fault`, async ({
    gallery: page,
    scenes,
  }) => {
    const faults: string[] = [];
    const onFault = (error: Error) => faults.push(error.message);
    page.on('pageerror', onFault);
    await drawScene(page, scenes, scene.name);
    for (const { name, width, height } of SIZES) {
      if (name === '1024' && !AT_1024.test(scene.name)) continue;
      await page.setViewportSize({ width, height });
      await expect(page.locator('#desk > *').first()).toBeVisible();
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: join(SHOTS, `${scene.name}-${name}.png`), fullPage: name === 'zoomed' });
      expect.soft(await page.evaluate(CUT_OFF), `cut off at ${name}`).toEqual([]);
      expect.soft(await page.evaluate(OVERRUN), `runs out of its line at ${name}`).toEqual([]);
      expect.soft(await page.evaluate(NARROW), `too narrow in the bar at ${name}`).toEqual([]);
      expect.soft(await page.evaluate(SIDEWAYS), `scrolls sideways at ${name}`).toBe(false);
      expect.soft(await page.evaluate(WRONG_END), `ends on the wrong side at ${name}`).toEqual([]);
      if (name === '1280') expect.soft(await accessibility.findings(page), 'axe').toEqual([]);
    }
    page.off('pageerror', onFault);
    expect(faults).toEqual([]);
  });
}
