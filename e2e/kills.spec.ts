/** What the desk does when a part of it is killed; the audience's side of it is tested without a window. */

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { isAlive, killIfAlive, processesWith } from './server/testing/processes.ts';
import { Studio } from './testing/control-room.ts';
import { openBrowser, Phone } from './testing/phone.ts';

/** The process of a studio whose command line names this file. */
function pidOf(studio: Studio, part: string): number {
  const found = processesWith(`TALLYROOM_STUDIO=${studio.dir}`).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .some((arg) => arg.endsWith(part)),
  );
  if (found === undefined) throw new Error(`no process runs ${part}`);
  return found;
}

test('the core is killed: the desk says so, recovers by itself, and the poll goes on', async () => {
  const studio = new Studio();
  try {
    const room = await studio.open(['--mode', 'live']);
    await room.isUp();
    await room.select('Best performance so far?');
    await room.button('ARM').click();
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    const core = pidOf(studio, 'core/main.js');
    process.kill(core, 'SIGSTOP');
    await expect(room.go()).toHaveAttribute('data-go', 'no-link');
    await room.shot('desk-no-link');
    killIfAlive(core, 'SIGKILL');
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    await room.go().click();
    await expect(room.page.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
    expect(await room.quit()).toBe(0);
  } finally {
    await studio.clear();
  }
});

test('the window is killed: the audience does not notice, and the relaunched app adopts the running show', async () => {
  const studio = new Studio();
  const browser = await openBrowser();
  try {
    const room = await studio.open(['--mode', 'live']);
    await room.isUp();
    const before = studio.run();
    const phone = await Phone.open(browser, before?.audienceUrl ?? '', 'websocket');
    await expect(phone.headline('Take your seat.')).toBeVisible();
    await room.select('Best performance so far?');
    await room.button('ARM').click();
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    await room.go().click();
    await expect(phone.headline('Best performance so far?')).toBeVisible();

    killIfAlive(room.pid, 'SIGKILL');
    await expect.poll(() => isAlive(room.pid)).toBe(false);
    const again = await studio.open([]);
    await again.isUp();
    expect(studio.run()).toEqual(before);
    await expect(again.page.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
    expect(phone.closedSockets).toBe(0);
    await again.page.keyboard.press('F4');
    const log = again.page.getByRole('region', { name: 'Log entries' });
    await expect(log.getByRole('row').filter({ hasText: 'GO' }).first()).toContainText('accepted');
    expect(await again.quit()).toBe(0);
  } finally {
    await browser.close();
    await studio.clear();
  }
});

test('the logbook is killed: no entry is lost', async () => {
  const studio = new Studio();
  try {
    const room = await studio.open(['--mode', 'live']);
    await room.isUp();
    await room.select('Best performance so far?');
    await room.button('ARM').click();
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    killIfAlive(pidOf(studio, 'logbook/main.js'), 'SIGKILL');
    await room.button('DISARM').click();
    await expect(room.button('ARM')).toHaveAttribute('aria-disabled', 'false');
    await room.button('ARM').click();
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    await room.page.keyboard.press('F4');
    const log = room.page.getByRole('region', { name: 'Log entries' });
    await expect(log.getByRole('row').filter({ hasText: 'accepted' })).toHaveCount(3);
    expect(await room.quit()).toBe(0);
  } finally {
    await studio.clear();
  }
});

test('quitting while a cue is armed has to be confirmed by typing', async () => {
  const studio = new Studio();
  try {
    const room = await studio.open(['--mode', 'live']);
    await room.isUp();
    await room.select('Best performance so far?');
    await room.button('ARM').click();
    await expect(room.go()).toHaveAttribute('data-go', 'armed');
    await room.app.evaluate(({ app }) => app.quit());
    const dialog = room.page.getByRole('dialog');
    await expect(dialog).toContainText('Best performance so far?');
    await room.shot('desk-quit-guard');
    const ended = new Promise<number | null>((resolve) => room.app.process().once('exit', resolve));
    await dialog.getByRole('textbox').fill('QUIT');
    await dialog.getByRole('button', { name: /quit/i }).last().click();
    expect(await ended).toBe(0);
    expect(studio.processes()).toEqual([]);
  } finally {
    await studio.clear();
  }
});
