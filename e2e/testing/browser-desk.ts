import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import type { Role } from '../../shared/protocol/commands.ts';
import type { ControlRoom } from './control-room.ts';

/** Another desk, in a browser, that only looks on. */
export async function openBrowserDesk(room: ControlRoom, browser: Browser | BrowserContext, role: Role): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(await room.page.evaluate<string>(`tallyroom.oneTimeLink('${role}')`));
  await expect(page.getByRole('button', { name: /^Cue 1,/ })).toBeVisible();
  return page;
}
