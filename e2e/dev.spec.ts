/** What `npm run dev` keeps running: pages from their sources in window and browser, on a server from its sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { isAlive } from './server/testing/processes.ts';
import type { Studio } from './testing/control-room.ts';
import { test } from './testing/fixtures.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const COMPONENT = join(PROJECT, 'renderer/desk/settings/screen-panel.tsx');

/** Without a display, so that the window is this test's own. */
async function startDev(studio: Studio) {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const child = spawn(
    join(PROJECT, 'node_modules/node/bin/node'),
    [
      join(PROJECT, 'scripts/lib/dev-session.mjs'),
      ...['--data', studio.data, '--mode', 'live', '--desk-port', '0', '--audience-port', '0'],
    ],
    {
      env: { ...env, TALLYROOM_STUDIO: studio.dir, TMPDIR: studio.dir, TALLYROOM_AUDIENCE_HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    if (line.includes('Ctrl-C')) break;
  }
  const link = (start: string) => new RegExp(`${start}[^:]*: (\\S+)`).exec(said)?.[1] ?? '';
  return { child, desk: link('The desk in a browser'), audience: link('The viewer page') };
}

test('window, browser and viewer page come from their sources with hot reload, and nothing is left after Ctrl-C', async ({
  studio,
  phones,
}) => {
  const dev = await startDev(studio);
  const browser = await phones.newPage();
  await browser.goto(dev.desk);
  await expect(browser.getByRole('button', { name: /^Cue 1,/ })).toBeVisible();
  await browser.goto(dev.audience);
  await expect(browser.getByRole('heading', { name: 'Take your seat.' })).toBeVisible();

  const room = await studio.openWith([], { ELECTRON_RENDERER_URL: new URL(dev.desk).origin });
  await room.isUp();
  expect(await room.page.evaluate('location.origin')).toBe('tallyroom://desk');
  await room.page.evaluate('window.before = true');
  const updated = room.page.waitForEvent('console', (message) => message.text().includes('hot updated'));
  // As if it had been saved; what is in it stays.
  utimesSync(COMPONENT, new Date(), new Date());
  await updated;
  expect(await room.page.evaluate('window.before')).toBe(true);

  const all = studio.processes();
  expect(await room.quit()).toBe(0);
  // The window's quitting ends the server, and with it everything.
  const [code] = dev.child.exitCode === null ? await once(dev.child, 'exit') : [dev.child.exitCode];
  expect(code).toBe(0);
  await expect.poll(() => all.filter(isAlive)).toEqual([]);
});
