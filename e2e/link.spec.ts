/** A desk whose network stalls, in a real browser behind a real proxy: what it shows, what it keeps, and that nothing fires late. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, expect, type Page } from '@playwright/test';
import { DeskClient } from './server/testing/desk-client.ts';
import { HoldingProxy } from './server/testing/holding-proxy.ts';
import type { Studio } from './testing/control-room.ts';
import { test as base } from './testing/fixtures.ts';
import { HeadlessServer } from './testing/headless-server.ts';
import { openBrowser } from './testing/phone.ts';

const SHOW = fileURLToPath(new URL('../resources/saturday-finale.json', import.meta.url));
const SCREENSHOTS = fileURLToPath(new URL('../artifacts/screenshots/', import.meta.url));
/** The browser believes to speak to the server's own address; the proxy stands on this one. */
const PROXY_HOST = '127.0.0.2';
const FIRST = 'Best performance so far?';

interface StalledDesk {
  server: HeadlessServer;
  proxy: HoldingProxy;
  page: Page;
}

const test = base.extend<{ far: StalledDesk }>({
  far: async ({ studio }, use) => {
    const server = await HeadlessServer.start(studio, ['--show', SHOW, '--mode', 'live']);
    const { port } = new URL(server.ready.deskUrl);
    const proxy = await HoldingProxy.open(`http://127.0.0.1:${port}`, { host: PROXY_HOST, port: Number(port) });
    const browser = await openFarBrowser(studio);
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(server.ready.deskUrl);
    await expect(page.getByRole('button', { name: `, ${FIRST}, ` })).toBeVisible();
    await use({ server, proxy, page });
    await browser.close();
    proxy.close();
    await server.stop();
  },
});

function openFarBrowser(studio: Studio): Promise<Browser> {
  return openBrowser(studio.dir, [`MAP 127.0.0.1 ${PROXY_HOST}`]);
}

const go = (page: Page) => page.getByRole('button', { name: /^GO\./ });
const lastCommand = (page: Page) => page.locator('[data-last-command]');

async function arm(page: Page): Promise<void> {
  await page.getByRole('button', { name: `, ${FIRST}, ` }).click();
  await page.getByRole('button', { name: /^ARM\b/ }).click();
  await expect(go(page)).toHaveAttribute('data-go', 'armed');
}

/** The server's own word on the cue, past the proxy. */
function besides({ ready }: HeadlessServer): DeskClient {
  return new DeskClient(new URL(ready.deskUrl).origin, ready.deskToken);
}

async function cueNamed(server: HeadlessServer, text: string) {
  const cue = (await besides(server).state()).cues.find((one) => one.text === text);
  if (!cue) throw new Error(`no cue “${text}”`);
  return cue;
}

test('a desk without link for 30 s says so, and comes back without a reload, with draft, scroll and selection', async ({
  far: { proxy, page },
}) => {
  await arm(page);
  await page.evaluate('window.sameDocument = true');
  // A draft: a reason half typed. A place in the rundown, which is longer than its panel.
  await go(page).click();
  await expect(page.getByRole('region', { name: 'On air' })).toContainText(FIRST);
  await page.getByRole('button', { name: /^HOLD with a reason/ }).click();
  const reason = page.getByRole('textbox', { name: /Reason/ });
  await reason.fill('waiting for the lead sin');
  await page.getByRole('button', { name: ', Who wins the Saturday Finale?, ' }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: ', Who wins the Saturday Finale?, ' }).click();
  await reason.click();
  const scrolled = () =>
    page.evaluate<number[]>("[...document.querySelectorAll('*')].map((e) => e.scrollTop).filter(Boolean)");
  const place = await scrolled();

  const stalledAtMs = Date.now();
  proxy.hold('both ways');
  await expect(go(page)).toHaveAttribute('data-go', 'no-link');
  const seenAfterMs = Date.now() - stalledAtMs;
  console.log(`the stall was on screen after ${seenAfterMs} ms`);
  await page.screenshot({ path: join(SCREENSHOTS, 'desk-stalled-now.png') });
  await expect.poll(() => Date.now() - stalledAtMs, { timeout: 60_000 }).toBeGreaterThanOrEqual(30_000);
  await expect(go(page)).toHaveAttribute('data-go', 'no-link');
  await page.screenshot({ path: join(SCREENSHOTS, 'desk-stalled-30s.png') });

  proxy.release();
  await expect(go(page)).not.toHaveAttribute('data-go', 'no-link');
  expect(await page.evaluate('window.sameDocument')).toBe(true);
  await expect(reason).toHaveValue('waiting for the lead sin');
  expect(await scrolled()).toEqual(place);
  await expect(page.getByRole('region', { name: 'Cue in focus' })).toContainText('Who wins the Saturday Finale?');
});

test('GO without a connection is refused at once and never sent', async ({ far: { server, proxy, page } }) => {
  await arm(page);
  proxy.close();
  await expect(go(page)).toHaveAttribute('data-go', 'no-link');
  await page.keyboard.press('F12');
  await expect(lastCommand(page)).toContainText(/no link/i);
  const { intake, round } = await cueNamed(server, FIRST);
  expect({ intake, round }).toEqual({ intake: 'armed', round: 1 });
  const log = (await besides(server).call('GET', '/api/v1/log?limit=1000')).body.entries as { type: string }[];
  expect(log.filter(({ type }) => type === 'cue.go')).toEqual([]);
});

test('a GO that the network holds for 10 s shows unknown, never fires, and is settled by asking', async ({
  far: { server, proxy, page },
}) => {
  await arm(page);
  proxy.hold('from clients');
  const sentAtMs = Date.now();
  await page.keyboard.press('F12');
  await expect(go(page)).toHaveAttribute('data-go', 'unknown');
  await page.screenshot({ path: join(SCREENSHOTS, 'desk-unknown.png') });
  await expect.poll(() => Date.now() - sentAtMs, { timeout: 30_000 }).toBeGreaterThanOrEqual(10_000);
  expect((await cueNamed(server, FIRST)).intake).toBe('armed');
  proxy.release();
  // Refused by its age, or barred because the desk had asked before it came: settled either way, and in words.
  await expect(lastCommand(page)).toContainText(/refused|never arrived/i);
  await expect(go(page)).not.toHaveAttribute('data-go', 'unknown');
  const { intake, round } = await cueNamed(server, FIRST);
  expect({ intake, round }).toEqual({ intake: 'armed', round: 1 });
});
