/** The windows of the app: one a role, remembered; and the other machine's server that they can be taken to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { isAlive, killIfAlive } from './server/testing/processes.ts';
import { type ControlRoom, Studio } from './testing/control-room.ts';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));

/** The app's window on that screen; `firstWindow` gives any of several. */
async function windowOn(room: ControlRoom, screen: string): Promise<Page> {
  const on = (page: Page) => new URL(page.url()).searchParams.get('screen') === screen;
  await expect.poll(() => room.app.windows().filter(on).length).toBe(1);
  return room.app.windows().find(on) ?? room.page;
}

const boundsOf = (room: ControlRoom) =>
  room.app.evaluate(({ BrowserWindow }) =>
    Object.fromEntries(BrowserWindow.getAllWindows().map((window) => [window.getTitle(), window.getBounds()])),
  );

test('a second window opens on the screen that was asked for, follows the show, and stands where it stood after a restart', async ({
  studio,
}) => {
  const room = await studio.open(['--mode', 'live']);
  await room.isUp();
  await room.page.keyboard.press('F6');
  await room.page.getByRole('button', { name: 'New Director window' }).click();
  const director = await windowOn(room, 'director');
  await expect(director.getByRole('heading', { name: 'Director', level: 1 })).toBeAttached();
  await expect(room.page.getByRole('button', { name: 'Show the Director window' })).toBeVisible();
  await room.shot('settings-two-windows');

  await room.page.keyboard.press('F1');
  await room.arm('Best performance so far?');
  await room.go().click();
  for (const page of [room.page, director]) {
    await expect(page.locator('[data-cell=air]')).toContainText('Best performance so far?');
  }
  // The session of each window is its own: the core counts two desks.
  await room.page.keyboard.press('F6');
  await expect(room.page.getByRole('region', { name: 'Desks and windows' })).toContainText('2 windows are connected');
  await expect(room.page.getByRole('region', { name: 'Screen', exact: true })).toContainText(
    'kept on, because the show is live',
  );
  expect(await room.app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0))).toBe(true);

  await room.page.keyboard.press('F3');
  await room.app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) {
      const producer = window.getTitle().includes('Operator');
      window.setBounds(
        producer ? { x: 40, y: 30, width: 1200, height: 700 } : { x: 300, y: 200, width: 1400, height: 800 },
      );
    }
  });
  await expect
    .poll(() => JSON.parse(readFileSync(join(studio.data, 'window', 'layout.json'), 'utf8')).windows)
    .toMatchObject([
      { screen: 'operator', bounds: { x: 40, y: 30, width: 1200, height: 700 } },
      { screen: 'director', bounds: { x: 300, y: 200, width: 1400, height: 800 } },
    ]);
  const before = await boundsOf(room);
  expect(await room.quit()).toBe(0);

  const again = await studio.open([]);
  const operator = await windowOn(again, 'operator');
  await windowOn(again, 'director');
  await expect(operator.locator('[data-cell=air]')).toContainText('Best performance so far?');
  expect(await boundsOf(again)).toEqual(before);

  // Closing one of two just closes it, and it does not come back.
  await again.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find((window) => window.getTitle().includes('Director'))
      ?.close();
  });
  await expect
    .poll(() => JSON.parse(readFileSync(join(studio.data, 'window', 'layout.json'), 'utf8')).windows.length)
    .toBe(1);
  expect(again.app.windows()).toHaveLength(1);
  expect(await again.quit()).toBe(0);
});

test('the desk goes to a server on another address, fires there, keeps its log here, and comes back', async ({
  studio,
}) => {
  const elsewhere = new Studio();
  try {
    const remote = await HeadlessServer.start(elsewhere, [
      '--show',
      SHOW,
      '--mode',
      'live',
      '--desk-host',
      '127.0.0.2',
    ]);
    const host = new URL(remote.ready.deskUrl).host;
    const room = await studio.open([]);
    await room.isUp();
    await room.page.keyboard.press('F6');
    const server = room.page.getByRole('region', { name: 'Server' });
    const link = server.getByRole('textbox', { name: 'Link of another server' });
    const connect = server.getByRole('button', { name: 'Connect' });

    await link.fill(`http://${host}/`);
    await connect.click();
    await expect(server.getByRole('alert')).toContainText('no one-time code');
    await link.fill('http://127.0.0.3:9/#code=x');
    await connect.click();
    await expect(server.getByRole('alert')).toContainText('Nothing answers at http://127.0.0.3:9');
    await room.shot('settings-remote-refused');

    await link.fill(remote.ready.deskUrl);
    await connect.click();
    const linkCell = room.page.locator('[data-cell=link]');
    await expect(linkCell).toContainText('127.0.0.2');
    await expect(server).toContainText(remote.ready.deskUrl.split('#')[0] ?? '');
    await expect(room.page.getByRole('button', { name: 'Mode live' })).toBeVisible();
    await room.shot('settings-remote');

    await room.page.keyboard.press('F1');
    await room.arm('Best performance so far?');
    await room.page.keyboard.press('F12');
    await expect(room.page.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
    await expect(room.lastCommand()).toContainText('accepted');
    expect(await stateOf(remote)).toMatchObject({ onAir: { poll: 'best-performance' } });

    // Its core dies: no link, and back by itself.
    killIfAlive(remote.ready.pids.core, 'SIGSTOP');
    await expect(linkCell).toContainText(/silent|no link/i);
    killIfAlive(remote.ready.pids.core, 'SIGKILL');
    await expect(linkCell).toContainText('ms');

    await room.page.keyboard.press('F4');
    const log = room.page.getByRole('main');
    for (const action of ['ARM', 'GO']) await expect(log).toContainText(action);
    await room.page.keyboard.press('F6');
    await server.getByRole('button', { name: 'Back to this machine’s server' }).click();
    await expect(room.page.getByRole('button', { name: 'Mode rehearsal' })).toBeVisible();
    await expect(linkCell).not.toContainText('127.0.0.2');
    // What was fired over there is on air over there alone, and stands in the log here.
    await expect(room.page.locator('[data-cell=air]')).toContainText('Nothing on air');
    await room.page.keyboard.press('F4');
    await expect(log).toContainText('GO');

    // The used link buys nothing more.
    await room.page.keyboard.press('F6');
    await link.fill(remote.ready.deskUrl);
    await connect.click();
    await expect(server.getByRole('alert')).toContainText('Each link works once');
    expect(await remote.stop()).toBe(0);
    expect(await room.quit()).toBe(0);
  } finally {
    await elsewhere.clear();
  }
});

test('a desk does not leave what it has armed, and a server that was started anew says so and is left', async ({
  studio,
}) => {
  const elsewhere = new Studio();
  try {
    let remote = await HeadlessServer.start(elsewhere, ['--show', SHOW, '--mode', 'live', '--desk-host', '127.0.0.2']);
    const port = new URL(remote.ready.deskUrl).port;
    const room = await studio.open([]);
    await room.arm('Best performance so far?');
    await room.page.keyboard.press('F6');
    const link = room.page.getByRole('textbox', { name: 'Link of another server' });
    await link.fill(remote.ready.deskUrl);
    await link.press('Enter');
    await expect(room.page.getByRole('alert')).toContainText('armed or on air on this machine’s server');
    // Not by its key: keys are off while the field has the focus.
    await room.page.getByRole('button', { name: 'F1 Producer' }).click();
    await room.button('DISARM').click();
    await expect(room.button('ARM')).toHaveAttribute('aria-disabled', 'false');
    await room.page.keyboard.press('F6');
    await link.fill(remote.ready.deskUrl);
    await link.press('Enter');
    await expect(room.page.locator('[data-cell=link]')).toContainText(/127\.0\.0\.2.* ?ms/);

    expect(await remote.stop()).toBe(0);
    await expect(room.page.locator('[data-cell=link]')).toContainText(/no link/i);
    remote = await HeadlessServer.start(elsewhere, ['--desk-host', '127.0.0.2', '--desk-port', port]);
    await expect(room.page.getByRole('alert').first()).toContainText('that server was started anew');
    await room.page.getByRole('button', { name: 'Back to this machine’s server' }).click();
    await expect(room.page.getByRole('button', { name: 'Mode rehearsal' })).toBeVisible();
    expect(isAlive(remote.ready.pids.core)).toBe(true);
    expect(await remote.stop()).toBe(0);
    expect(await room.quit()).toBe(0);
  } finally {
    await elsewhere.clear();
  }
});

test('in a browser another window opens on its screen with the same session, and says what only the app has', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(server.ready.deskUrl);
  await desk.getByRole('button', { name: 'F6 Settings' }).click();
  await expect(desk.getByRole('region', { name: 'Server' })).toContainText('A browser stays with the server');
  await expect(desk.getByRole('region', { name: 'Screen', exact: true })).toContainText('because the show is live');
  const opened = desk.waitForEvent('popup');
  await desk.getByRole('button', { name: 'New Operator window' }).click();
  const operator = await opened;
  await expect(operator.getByRole('heading', { name: 'Operator', level: 1 })).toBeAttached();
  await expect(operator.getByRole('button', { name: 'Mode live' })).toBeVisible();
  // A reload keeps session and screen.
  await operator.reload();
  await expect(operator.getByRole('heading', { name: 'Operator', level: 1 })).toBeAttached();
  await expect(operator.getByRole('button', { name: 'Mode live' })).toBeVisible();
  expect(await server.stop()).toBe(0);
});

async function stateOf(server: HeadlessServer): Promise<unknown> {
  const answer = await fetch(`${new URL(server.ready.deskUrl).origin}/api/v1/state`, {
    headers: { authorization: `Bearer ${server.ready.deskToken}` },
  });
  return answer.json();
}
