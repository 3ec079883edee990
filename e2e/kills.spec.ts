/** What the desk does when a part of it is killed; the audience's side of it is tested without a window. */

import { join } from 'node:path';
import { expect } from '@playwright/test';
import Database from 'better-sqlite3';
import { isAlive, killIfAlive } from './server/testing/processes.ts';
import { test } from './testing/fixtures.ts';
import { Phone } from './testing/phone.ts';

test('the core is killed: the desk says so, recovers by itself, and the poll goes on', async ({ studio }) => {
  const room = await studio.open(['--mode', 'live']);
  await room.arm('Best performance so far?');
  const core = studio.pidOf('core/main.js');
  process.kill(core, 'SIGSTOP');
  await expect(room.go()).toHaveAttribute('data-go', 'no-link');
  await room.shot('desk-no-link');
  killIfAlive(core, 'SIGKILL');
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await room.go().click();
  await expect(room.page.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
  expect(await room.quit()).toBe(0);
});

test('a core that can’t come back: the window says why, in the server’s words', async ({ studio }) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  const journal = new Database(join(studio.data, 'journal.db'));
  journal.exec('DELETE FROM snapshots');
  journal.exec(`UPDATE entries SET events = '[{"type":' WHERE seq = 1`);
  journal.close();
  killIfAlive(studio.pidOf('core/main.js'), 'SIGKILL');
  const bar = room.page.getByRole('alert').filter({ hasText: 'No link to the core' });
  await expect(bar).toContainText("The core can't start, and is tried again", { timeout: 30_000 });
  await expect(bar).toContainText('its entry 1');
  await expect(bar).toContainText('nothing can be sent');
  await room.shot('desk-core-cannot-start');
});

test('the window is killed: the audience does not notice, and the relaunched app adopts the running show', async ({
  studio,
  phones,
}) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  const before = studio.run();
  const phone = await Phone.open(phones, before?.audienceUrl ?? '', 'websocket');
  await expect(phone.headline('Take your seat.')).toBeVisible();
  await room.arm('Best performance so far?');
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
});

test('the logbook is killed: no entry is lost', async ({ studio }) => {
  const room = await studio.open(['--mode', 'live']);
  await room.arm('Best performance so far?');
  killIfAlive(studio.pidOf('logbook/main.js'), 'SIGKILL');
  await room.button('DISARM').click();
  await expect(room.button('ARM')).toHaveAttribute('aria-disabled', 'false');
  await room.button('ARM').click();
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await room.page.keyboard.press('F4');
  const log = room.page.getByRole('region', { name: 'Log entries' });
  await expect(log.getByRole('row').filter({ hasText: 'accepted' })).toHaveCount(3);
  expect(await room.quit()).toBe(0);
});

test('quitting while a cue is armed has to be confirmed by typing', async ({ studio }) => {
  const room = await studio.open(['--mode', 'live']);
  await room.arm('Best performance so far?');
  await room.app.evaluate(({ app }) => app.quit());
  const dialog = room.page.getByRole('dialog');
  await expect(dialog).toContainText('Best performance so far?');
  await room.shot('desk-quit-guard');
  const ended = new Promise<number | null>((resolve) => room.app.process().once('exit', resolve));
  await dialog.getByRole('textbox').fill('QUIT');
  await dialog.getByRole('button', { name: /quit/i }).last().click();
  expect(await ended).toBe(0);
  await expect.poll(() => studio.processes()).toEqual([]);
});
