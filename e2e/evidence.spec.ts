/** The evidence of a poll, saved at the desk and checked away from it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { verifyLedger } from '../server/evidence/verify-ledger.ts';
import { unzip } from '../server/evidence/zip-reader.test-part.ts';
import { test } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));
const CUE = { id: 'best-performance', text: 'Best performance so far?' };

test('a producer saves the evidence of a poll once it is closed, and it verifies elsewhere', async ({
  studio,
  phones,
}) => {
  const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
  const { origin } = new URL(server.ready.deskUrl);
  const command = async (type: string, payload: object | null): Promise<void> => {
    const answer = await fetch(`${origin}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.ready.deskToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ id: crypto.randomUUID(), type, target: CUE.id, clientTimeMs: Date.now() },
        ...(payload === null ? {} : { payload }),
      }),
    });
    expect(answer.status).toBe(200);
  };
  const desk = await phones.newPage({ viewport: { width: 1280, height: 720 } });
  await desk.goto(server.ready.deskUrl);
  await desk.getByRole('button', { name: `, ${CUE.text}, ` }).click();
  await command('cue.arm', null);
  await command('cue.go', null);
  await desk.getByRole('button', { name: /^More acts for cue/ }).click();
  const evidence = desk.getByRole('button', { name: /^EVIDENCE/ });
  await expect(evidence).toContainText('once it is closed');
  await expect(evidence).toHaveAttribute('aria-disabled', 'true');

  await command('poll.close', { confirmed: true });
  await expect(evidence).toHaveAttribute('aria-disabled', 'false');
  await desk.screenshot({ path: fileURLToPath(new URL('../artifacts/screenshots/evidence.png', import.meta.url)) });
  const download = desk.waitForEvent('download');
  await evidence.click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('tallyroom-evidence-best-performance-live-1.zip');
  await expect(evidence).toContainText('saved as tallyroom-evidence-best-performance-live-1.zip');

  const dir = join(studio.dir, 'unpacked');
  mkdirSync(dir);
  for (const [name, content] of unzip(readFileSync(await saved.path()))) writeFileSync(join(dir, name), content);
  const verdict = await verifyLedger({ ledger: join(dir, 'ledger.db'), journal: join(dir, 'journal.jsonl') });
  expect(verdict.holds).toBe(true);
  expect(verdict.runs.map(({ runId, closed }) => [runId, closed === null])).toEqual([
    ['best-performance:live:1', false],
  ]);
  expect(await server.stop()).toBe(0);
});
