/** One poll from the producer's key to the viewers' phones and back, in the real window. */
import { expect } from '@playwright/test';
import { audienceCall, HttpViewer } from './server/testing/http-viewer.ts';
import { isAlive } from './server/testing/processes.ts';
import { test } from './testing/fixtures.ts';
import { Phone } from './testing/phone.ts';

test('a poll is armed, fired, voted on by three kinds of viewers, closed, verified, revealed and logged', async ({
  studio,
  phones,
}) => {
  const room = await studio.open(['--mode', 'live', '--edges', '2']);
  await room.isUp();
  const audienceUrl = studio.run()?.audienceUrl ?? '';
  const byWebSocket = await Phone.open(phones, audienceUrl, 'websocket');
  const byPolling = await Phone.open(phones, audienceUrl, 'polling');
  const byHttp = await HttpViewer.arrive({ audienceUrl });
  await expect(byWebSocket.headline('Take your seat.')).toBeVisible();
  await expect(byPolling.headline('Take your seat.')).toBeVisible();
  await byWebSocket.shot('viewer-1-waiting');

  await room.select('Best performance so far?');
  await room.shot('desk-1-ready');
  await room.button('ARM').click();
  await expect(room.go()).toHaveAttribute('data-go', 'armed');
  await room.shot('desk-2-armed');
  await room.page.keyboard.press('F12');
  await expect(room.page.getByRole('region', { name: 'On air' })).toContainText('Best performance so far?');
  await expect(room.lastCommand()).toContainText('accepted');

  const options = await pollOptions(audienceUrl);
  const [first, second] = [options[0] ?? fail(), options[1] ?? fail()];
  await expect(byWebSocket.headline('Best performance so far?')).toBeVisible();
  await expect(byPolling.headline('Best performance so far?')).toBeVisible();
  await byWebSocket.shot('viewer-2-question');
  await byWebSocket.vote(first.text);
  await expect(byWebSocket.headline('Your vote is in.')).toBeVisible();
  await byWebSocket.shot('viewer-4-accepted');
  await byPolling.vote(first.text);
  await expect(byPolling.headline('Your vote is in.')).toBeVisible();
  await byHttp.vote('best-performance', [second.id]);

  const votes = room.page.getByRole('list', { name: 'Votes by option' });
  await expect(votes.getByRole('listitem').nth(0)).toContainText('2');
  await expect(votes.getByRole('listitem').nth(1)).toContainText('1');
  await room.shot('desk-3-on-air');

  // Most of the minute is left: a tap is not enough, holding it is.
  const close = room.button('CLOSE');
  await close.hover();
  await room.page.mouse.down();
  await expect(room.lastCommand()).toContainText('CLOSE');
  await room.page.mouse.up();
  await expect(byWebSocket.headline('Voting has closed.')).toBeVisible();
  await byWebSocket.shot('viewer-5-closed');
  await expect(byPolling.headline('Voting has closed.')).toBeVisible();

  await expect(room.button('VERIFY')).toHaveAttribute('aria-disabled', 'false');
  await room.shot('desk-4-closed');
  await room.button('VERIFY').click();
  await expect(room.page.getByRole('region', { name: 'On air' })).toContainText('Verified');
  await room.button('REVEAL: ').click();
  for (const phone of [byWebSocket, byPolling]) {
    await expect(phone.page.locator('main')).toContainText('66.7');
  }
  await byWebSocket.shot('viewer-6-results');
  await room.shot('desk-5-revealed');
  expect(byWebSocket.closedSockets).toBe(0);

  await room.page.keyboard.press('F4');
  const log = room.page.getByRole('region', { name: 'Log entries' });
  for (const action of ['ARM', 'GO', 'CLOSE', 'VERIFY', 'REVEAL']) {
    const row = log
      .getByRole('row')
      .filter({ has: room.page.getByRole('gridcell', { name: action, exact: true }) })
      .first();
    await expect(row).toContainText('accepted');
    await expect(row).toContainText(/\d+ ms/);
  }
  await room.shot('desk-6-log');

  const all = studio.processes();
  expect(await room.quit()).toBe(0);
  await expect.poll(() => all.filter(isAlive)).toEqual([]);
  expect(studio.run()).toBeNull();
});

test('a new show starts in rehearsal, which the public neither sees nor votes in', async ({ studio, phones }) => {
  const room = await studio.open([]);
  await room.isUp();
  await expect(room.page.getByRole('button', { name: 'Mode rehearsal' })).toBeVisible();
  const link = await room.page.getByLabel('Viewer page', { exact: true }).textContent();
  const outsider = await Phone.open(phones, studio.run()?.audienceUrl ?? '', 'websocket');
  const insider = await Phone.open(phones, link ?? '', 'websocket');
  await expect(insider.page.getByText('REHEARSAL', { exact: true })).toBeVisible();

  await room.arm('Best performance so far?');
  await room.go().click();
  await expect(insider.headline('Best performance so far?')).toBeVisible();
  await insider.shot('viewer-rehearsal');
  await insider.vote((await pollOptions(link ?? ''))[0]?.text ?? '');
  await expect(insider.headline('Your vote is in.')).toBeVisible();
  await expect(room.page.getByText('OPEN IN REHEARSAL').first()).toBeVisible();
  await room.shot('desk-rehearsal-open');
  await expect(outsider.headline('Take your seat.')).toBeVisible();
  expect(await room.quit()).toBe(0);
});

interface Option {
  id: string;
  text: string;
}

async function pollOptions(pageUrl: string): Promise<Option[]> {
  const url = new URL(pageUrl);
  const { body } = await audienceCall(`${url.origin}/v1/state${url.search}`);
  return body.poll.options;
}

function fail(): never {
  throw new Error('the poll has too few options');
}
