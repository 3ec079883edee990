import { type Browser, test as base } from '@playwright/test';
import { Studio } from './control-room.ts';
import { openBrowser } from './phone.ts';

/** `studio`: a folder and processes of the test's own, all gone when it ends. `phones`: the browser that viewers use. */
export const test = base.extend<{ studio: Studio; phones: Browser }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that are needed from here
  studio: async ({}, use) => {
    const studio = new Studio();
    await use(studio);
    await studio.clear();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  phones: async ({}, use) => {
    const browser = await openBrowser();
    await use(browser);
    await browser.close();
  },
});
