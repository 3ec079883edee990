import type { Page } from '@playwright/test';

/** Holds a chord until something is so, and lets it go. */
export async function holdKeys(page: Page, keys: readonly string[], until: () => Promise<void>): Promise<void> {
  for (const key of keys) await page.keyboard.down(key);
  await until();
  for (const key of [...keys].reverse()) await page.keyboard.up(key);
}
