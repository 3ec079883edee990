/** The log: who pressed what, found again, read in full and taken away as a file; a browser desk's is kept by the core. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';
import type { ControlRoom } from './testing/control-room.ts';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));
const CUE = 'Best performance so far?';

const list = (page: Page): Locator => page.getByRole('grid');
/** Without the head. */
const lines = (page: Page): Locator => list(page).locator('tbody').getByRole('row');
const line = (page: Page, action: string): Locator =>
  lines(page).filter({ has: page.getByRole('gridcell', { name: action, exact: true }) });
const detail = (page: Page): Locator => page.getByRole('region', { name: 'Entry in full' });

async function playPoll(room: ControlRoom): Promise<void> {
  await room.arm(CUE);
  await room.page.keyboard.press('F12');
  await expect(room.page.getByRole('region', { name: 'On air' })).toContainText(CUE);
  await room.page.keyboard.press('Shift+P');
  await expect(room.lastCommand()).toContainText('accepted');
}

/** A command of another desk, with a script's token. */
async function command(server: { deskUrl: string; deskToken: string }, type: string): Promise<void> {
  const { origin } = new URL(server.deskUrl);
  await fetch(`${origin}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.deskToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), type, target: 'best-performance', clientTimeMs: Date.now() }),
  });
}

/** The file that a button of the Electron window saves. */
async function saved(room: ControlRoom, ending: 'CSV' | 'JSON'): Promise<string> {
  const path = join(room.studio.dir, `log.${ending.toLowerCase()}`);
  const done = room.app.evaluate(
    ({ session }, to) =>
      new Promise<string>((resolve) => {
        session.defaultSession.once('will-download', (_event, item) => {
          item.setSavePath(to);
          item.once('done', (_done, state) => resolve(`${state} ${item.getFilename()}`));
        });
      }),
    path,
  );
  // `evaluate` has listened once main has answered another question.
  await room.app.evaluate(() => null);
  await room.page.getByRole('button', { name: `Export as ${ending}` }).click();
  expect(await done).toMatch(/^completed tallyroom-this-desk-\d{4}-\d\d-\d\d-\d{4}\./);
  return readFileSync(path, 'utf8');
}

test('what was pressed at the window is found, read in full by keys alone, and saved as it is shown', async ({
  studio,
}) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  await playPoll(room);
  const { page } = room;
  await page.keyboard.press('F4');
  await expect(lines(page)).toHaveCount(3);
  await expect(lines(page).first()).toContainText('TIME');
  await expect(line(page, 'GO')).toContainText('accepted');

  // The arrows go on from the key that opened the screen; Enter reads, Esc comes back.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(line(page, 'GO')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(detail(page)).toBeFocused();
  await expect(detail(page).getByRole('region', { name: 'Command, as sent' })).toContainText('"type": "cue.go"');
  await expect(detail(page).getByRole('region', { name: 'Answer' })).toContainText('"status": "accepted"');
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeFocused();
  await room.shot('log-desk');

  await page.keyboard.press('/');
  await page.keyboard.type('arm best');
  await expect(lines(page)).toHaveCount(1);
  await expect(line(page, 'ARM')).toBeVisible();
  await expect(page.getByText('1 of 3 entries')).toBeVisible();
  // The place is kept while another screen is looked at, and the entry that was read still is.
  await page.keyboard.press('F1');
  await page.keyboard.press('F4');
  await expect(page.getByRole('searchbox', { name: 'Search the log' })).toHaveValue('arm best');
  await expect(detail(page)).toContainText('not among the lines shown');
  await page.getByRole('button', { name: 'Show all', exact: true }).click();
  await page.getByRole('combobox', { name: 'Action' }).selectOption('GO');
  await expect(lines(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Show all', exact: true }).click();
  await page.getByRole('button', { name: 'Refused', exact: false }).click();
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByRole('button', { name: 'Show all', exact: true }).click();

  await page.getByRole('combobox', { name: 'Action' }).selectOption('TIME');
  const shown = (await lines(page).first().getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
  const json = JSON.parse(await saved(room, 'JSON'));
  expect(json.entries).toMatchObject([
    { action: 'TIME', said: '+10 s', outcome: 'accepted', who: shown[3], source: 'key' },
  ]);
  await page.getByRole('button', { name: 'Show all', exact: true }).click();
  const csv = (await saved(room, 'CSV')).slice(1).trimEnd().split('\r\n');
  expect(csv).toHaveLength(1 + 3);
  expect(csv.slice(1).map((row) => row.split(',')[3])).toEqual(['ARM', 'GO', 'TIME']);

  await page.getByRole('button', { name: 'Whole show', exact: true }).click();
  await expect(line(page, 'SHOW IMPORTED')).toContainText('Server');
  await page.getByRole('combobox', { name: 'Who' }).selectOption('People only');
  await expect(lines(page)).toHaveCount(3);
  expect(await room.quit()).toBe(0);
});

test('a browser desk’s log survives a reload, and the whole show has both desks’ commands', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(server.ready.deskUrl);
  await desk.getByRole('button', { name: `, ${CUE}, ` }).click();
  await desk.getByRole('button', { name: /^ARM\b/ }).click();
  await desk.locator('[data-go="armed"]').click();
  await expect(desk.getByRole('region', { name: 'On air' })).toContainText(CUE);
  await command(server.ready, 'cue.go');

  await desk.reload();
  await expect(desk.getByRole('region', { name: 'On air' })).toContainText(CUE);
  await desk.keyboard.press('F4');
  await expect(lines(desk)).toHaveCount(2);
  for (const action of ['ARM', 'GO']) {
    await expect(line(desk, action)).toContainText('accepted');
    await expect(line(desk, action)).toContainText(/\d+ ms/);
  }
  await line(desk, 'GO').click();
  await detail(desk).getByRole('button', { name: 'Show it in the whole show' }).click();
  await expect(lines(desk)).toHaveCount(1);
  await desk.getByRole('button', { name: 'Show all', exact: true }).click();
  await expect(line(desk, 'GO')).toHaveCount(2);
  await expect(line(desk, 'GO').filter({ hasText: 'api' })).toContainText('refused');
  const download = desk.waitForEvent('download');
  await desk.getByRole('button', { name: 'Export as CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^tallyroom-whole-show-.*\.csv$/);
  expect(await server.stop()).toBe(0);
});

test('what a browser desk pressed when its core stood still is shown at once, and is in the log of the next core', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(server.ready.deskUrl);
  await desk.getByRole('button', { name: `, ${CUE}, ` }).click();
  await expect(desk.getByRole('button', { name: /^ARM\b/ })).toHaveAttribute('aria-disabled', 'false');
  process.kill(server.ready.pids.core, 'SIGSTOP');
  // Within the 2 s in which a silent link still counts as one: `click` would wait for a button that is free again.
  await desk.getByRole('button', { name: /^ARM\b/ }).dispatchEvent('click');
  await desk.keyboard.press('F4');
  await expect(line(desk, 'ARM')).toContainText('not with the core yet');

  // The supervisor ends a core that is silent and starts another, which asks its journal what became of the command.
  await expect(line(desk, 'ARM')).toContainText('never arrived');
  await expect(line(desk, 'ARM')).not.toContainText('not with the core yet');
  await desk.reload();
  await desk.keyboard.press('F4');
  await expect(line(desk, 'ARM')).toContainText('never arrived');
  await expect(line(desk, 'ARM')).toContainText('logged late');
  expect(await server.stop()).toBe(0);
});
