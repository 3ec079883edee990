import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const temp = mkdtempSync(join(tmpdir(), 'trp-'));
    const browser = await openBrowser(temp, []);
    await use(browser);
    await browser.close();
    rmSync(temp, { recursive: true, force: true });
  },
});
