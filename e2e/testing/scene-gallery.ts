/** A page on which any scene of the desk can be drawn, one after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { openBrowser } from './phone.ts';

const SCENE_PAGE = fileURLToPath(new URL('../../renderer/desk/testing/scenes', import.meta.url));

/** `scenes`: where the pages are served from. `gallery`: the page that they are drawn on, one after the other. */
// biome-ignore lint/complexity/noBannedTypes: no fixture of a single test
export const test = base.extend<{}, { scenes: string; gallery: Page }>({
  scenes: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that are needed from here
    async ({}, use) => {
      const outDir = mkdtempSync(join(tmpdir(), 'trs-'));
      const shared = { configFile: false, root: SCENE_PAGE, logLevel: 'error' } as const;
      await build({
        ...shared,
        base: './',
        plugins: [react()],
        build: { outDir, emptyOutDir: true, target: 'chrome114', minify: false, chunkSizeWarningLimit: 10_000 },
      });
      const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
      await use(server.resolvedUrls?.local[0] ?? '');
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  gallery: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const temp = mkdtempSync(join(tmpdir(), 'trg-'));
      const browser = await openBrowser(temp, []);
      const context = await browser.newContext({ reducedMotion: 'reduce' });
      await use(await context.newPage());
      await browser.close();
      rmSync(temp, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
});

/** Draws a scene anew, whatever stood there before. */
export async function drawScene(page: Page, scenes: string, name: string): Promise<void> {
  // A change of the fragment alone would load nothing.
  await page.goto('about:blank');
  await page.goto(`${scenes}#${name}`);
}
