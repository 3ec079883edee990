/** A new rehearsal code, pressed in the window and seen on phones. */
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';
import { Phone } from './testing/phone.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));

test('NEW CODE says whom it sends away, changes the link on every desk, and phones with the old one say what to do', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'rehearsal']);
  const { deskUrl, audienceUrl } = server.ready;
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(deskUrl);
  await desk.keyboard.press('F6');
  const link = desk.getByLabel('Viewer page', { exact: true });
  const oldLink = (await link.textContent()) ?? '';
  const open = async (transport: 'websocket' | 'sse' | 'polling') => {
    const phone = await Phone.open(phones, oldLink, transport);
    await expect(phone.page.getByText('REHEARSAL', { exact: true })).toBeVisible();
    return phone;
  };
  const [onSocket, onStream, polling] = [await open('websocket'), await open('sse'), await open('polling')];
  const outsider = await Phone.open(phones, audienceUrl, 'websocket');
  await expect(outsider.headline('Take your seat.')).toBeVisible();

  await desk.getByRole('button', { name: /^New code for the rehearsal\b/ }).click();
  const question = desk.getByRole('dialog', { name: 'A new code for the rehearsal' });
  await expect(question).toContainText('2 phones in the rehearsal are sent away');
  await question.getByRole('button', { name: 'Keep the old one' }).click();
  await expect(question).toHaveCount(0);
  expect(await link.textContent()).toBe(oldLink);

  await desk.getByRole('button', { name: /^New code for the rehearsal\b/ }).click();
  await question.getByRole('button', { name: 'NEW CODE' }).click();
  await expect(link).not.toHaveText(oldLink);
  const newLink = (await link.textContent()) ?? '';
  for (const phone of [onSocket, onStream, polling])
    await expect(phone.headline('This rehearsal link is not valid.')).toBeVisible();
  await onSocket.page.reload();
  await expect(onSocket.headline('This rehearsal link is not valid.')).toBeVisible();
  await onSocket.page.goto(newLink);
  await expect(onSocket.page.getByText('REHEARSAL', { exact: true })).toBeVisible();
  // Without a code the same phone sees the show, as everybody does.
  await onStream.page.goto(audienceUrl);
  await expect(onStream.headline('Take your seat.')).toBeVisible();
  expect(outsider.closedSockets).toBe(0);

  await desk.keyboard.press('F4');
  const row = desk.getByRole('row').filter({ has: desk.getByRole('gridcell', { name: 'NEW CODE', exact: true }) });
  await expect(row.first()).toContainText('accepted');
  expect(await desk.getByRole('region', { name: 'Log entries' }).textContent()).not.toContain(
    new URL(newLink).searchParams.get('code'),
  );
  expect(await server.stop()).toBe(0);
});
