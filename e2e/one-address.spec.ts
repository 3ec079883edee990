/** Real votes of one address, as every screen tells of them: while they come, at the close, in the log and in the evidence. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { unzip } from '../server/evidence/zip-reader.test-part.ts';
import { Stuffer } from './server/testing/stuffer.ts';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';
import { holdKeys } from './testing/keys.ts';
import { Phone } from './testing/phone.ts';

const ADDRESS = '203.0.113.7';
const VOTES = 130;
const QUESTION = 'Who sings again?';
const SHOW = {
  title: 'One address',
  cues: [
    {
      ...{ id: 'encore', kind: 'single', text: QUESTION, class: 'editorial', durationMs: 600_000, graceMs: 500 },
      options: [
        { id: 'a', text: 'Ada' },
        { id: 'b', text: 'Brass' },
      ],
      live: { desk: 'counts' },
    },
  ],
};
const SENTENCE = `${VOTES} of ${VOTES + 1} (99.2 %) from 1 network with over 100 ballots`;

const region = (desk: Page, name: string) => desk.getByRole('region', { name, exact: true });

test('votes of one address are on the operator’s screen within 5 s, and stand beside the result wherever it is read', async ({
  studio,
  phones,
}) => {
  const file = join(studio.dir, 'show.json');
  writeFileSync(file, JSON.stringify(SHOW));
  const flags = ['--show', file, '--mode', 'live', '--trusted-proxy', '127.0.0.0/8'];
  const server = await HeadlessServer.start(studio, flags);
  const { deskUrl, audienceUrl } = server.ready;
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(deskUrl);
  await desk.getByRole('button', { name: `, ${QUESTION}, ` }).click();
  await desk.keyboard.press('Shift+A');
  await expect(desk.getByRole('button', { name: /^GO\./ })).toHaveAttribute('data-go', 'armed');
  await desk.keyboard.press('F12');
  const phone = await Phone.open(phones, audienceUrl, 'websocket');
  await phone.vote('Brass');
  await expect(phone.headline('Your vote is in.')).toBeVisible();

  await desk.keyboard.press('Shift+N');
  const networks = region(desk, 'Networks');
  await expect(networks).toContainText('No network stands out');
  const stuffer = new Stuffer(audienceUrl, ADDRESS);
  await stuffer.connect(2);
  const { tokens } = await stuffer.join(VOTES, () => {});
  expect(await stuffer.vote(tokens, 'encore')).toBe(VOTES);
  stuffer.end();

  const row = networks.getByRole('row', { name: new RegExp(`^${ADDRESS}`) });
  await expect(row).toContainText('beyond', { timeout: 5_000 });
  await expect(row).toContainText('99.2 %');
  await expect(row).toContainText(`${VOTES} under 1 min`);
  await expect(desk.getByRole('button', { name: 'Networks 1 beyond' })).toBeVisible();
  await expect(networks).toContainText('cue 1, beyond is over 100 of 131 ballots');

  const beside = async (screen: 'F1' | 'F2') => {
    await desk.keyboard.press(screen);
    const line = desk.getByRole('button', { name: /^130 of 131 \(99\.2 %\) from 1 network/ });
    await expect(line.first()).toBeVisible();
    await line.first().click();
    await expect(row).toBeVisible();
  };
  await beside('F1');
  await beside('F2');

  await desk.keyboard.press('F1');
  await holdKeys(desk, ['Shift', 'C'], async () => {
    await expect(desk.getByRole('button', { name: /^Cue 1,.*, Closed\b/ })).toBeVisible();
  });
  await beside('F1');
  await beside('F2');
  await expect(row).toContainText('beyond');

  await desk.keyboard.press('F1');
  await desk.getByRole('button', { name: /^More acts for cue/ }).click();
  const more = desk.getByRole('dialog', { name: `More for cue 1: “${QUESTION}”` });
  await expect(more).toContainText(SENTENCE);
  const download = desk.waitForEvent('download');
  await more.getByRole('button', { name: /^EVIDENCE/ }).click();
  const counts = unzip(readFileSync(await (await download).path())).get('counts.json');
  expect(JSON.parse(String(counts))).toMatchObject({ concentrated: { ballots: VOTES, networks: 1, above: 100 } });
  await more.getByRole('button', { name: 'Close', exact: true }).click();

  await desk.keyboard.press('F4');
  await desk.getByRole('button', { name: 'Whole show' }).click();
  await expect(region(desk, 'Log entries')).toContainText(SENTENCE);
  const exported = desk.waitForEvent('download');
  await desk.getByRole('button', { name: /^Export as CSV/ }).click();
  expect(readFileSync(await (await exported).path(), 'utf8')).toContain(SENTENCE);
  expect(await server.stop()).toBe(0);
});
