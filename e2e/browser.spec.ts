/** Without a window: the desk in a browser, and the viewer page under the name that a studio's network gives it. */
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';
import { NETWORK_NAME, Phone } from './testing/phone.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));

test('the desk runs in a browser: its code opens it once, and a reload keeps the session', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(server.ready.deskUrl);
  await expect(desk.getByRole('button', { name: ', Best performance so far?, ' })).toBeVisible();
  expect(desk.url()).not.toContain('code=');
  await desk.reload();
  await desk.getByRole('button', { name: ', Best performance so far?, ' }).click();
  await desk.getByRole('button', { name: /^ARM\b/ }).click();
  await desk.locator('[data-go="armed"]').click();
  await expect(desk.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
  await desk.keyboard.press('F4');
  await expect(desk.getByRole('region', { name: 'Log entries' })).toContainText('accepted');

  const second = await phones.newContext();
  const stranger = await second.newPage();
  await stranger.goto(server.ready.deskUrl);
  await expect(stranger.getByRole('alert')).toBeVisible();
  await expect(stranger.getByRole('button', { name: ', Best performance so far?, ' })).toHaveCount(0);
  expect(await server.stop()).toBe(0);
});

test('a viewer votes on plain http under a network name, where secure-context APIs are missing', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const url = new URL(server.ready.audienceUrl);
  const phone = await Phone.open(phones, `http://${NETWORK_NAME}:${url.port}/`, 'websocket');
  await expect(phone.headline('Take your seat.')).toBeVisible();
  expect(await phone.page.evaluate('isSecureContext')).toBe(false);
  for (const type of ['cue.arm', 'cue.go']) {
    const answer = await fetch(`${new URL(server.ready.deskUrl).origin}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.ready.deskToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: crypto.randomUUID(), type, target: 'best-performance', clientTimeMs: Date.now() }),
    });
    expect(answer.status).toBe(200);
  }
  await expect(phone.headline('Best performance so far?')).toBeVisible();
  await phone.vote('Brass & Bone');
  await expect(phone.headline('Your vote is in.')).toBeVisible();
  await phone.page.reload();
  await expect(phone.headline('Your vote is in.')).toBeVisible();
  expect(await server.stop()).toBe(0);
});
