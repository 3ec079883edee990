/** Viewers' phones: Debian's Chromium at the size of one. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from '@playwright/test';

const SCREENSHOTS = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url));
const CHROMIUM = process.env.TALLYROOM_CHROMIUM ?? '/usr/bin/chromium';
/** Without these it looks for the internet at every start. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A name as a studio's network gives it: a page under it lacks everything that needs a secure context. */
export const NETWORK_NAME = 'studio.example';

/** `temp`: where it may leave things; the caller removes it. `names`: more rules for the names it looks up, such as `MAP a b`. */
export function openBrowser(temp: string, names: readonly string[]): Promise<Browser> {
  const args = [...QUIET, `--host-resolver-rules=${[`MAP ${NETWORK_NAME} 127.0.0.1`, ...names].join(',')}`];
  const env = { ...(process.env as Record<string, string>), TMPDIR: temp };
  return chromium.launch({ executablePath: CHROMIUM, args, env });
}

/** Seen at its sharpness, and without anything that moves. */
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, reducedMotion: 'reduce' } as const;

export class Phone {
  readonly page: Page;
  readonly context: BrowserContext;
  /** WebSockets that the page opened and that have closed since. */
  closedSockets = 0;
  openedSockets = 0;

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('websocket', (socket) => {
      this.openedSockets++;
      socket.on('close', () => {
        this.closedSockets++;
      });
    });
  }

  /** `sse`: a browser that forbids WebSockets; `polling`: one that forbids event streams, too. */
  static async open(browser: Browser, url: string, transport: 'websocket' | 'sse' | 'polling'): Promise<Phone> {
    const context = await browser.newContext(PHONE);
    const forbidden = { websocket: [], sse: ['WebSocket'], polling: ['WebSocket', 'EventSource'] }[transport];
    await context.addInitScript((names) => {
      for (const name of names) {
        Object.assign(globalThis, {
          [name]: class {
            constructor() {
              throw new Error('forbidden here');
            }
          },
        });
      }
    }, forbidden);
    const phone = new Phone(context, await context.newPage());
    await phone.page.goto(url);
    return phone;
  }

  /** The headline of the moment that the page shows. */
  headline(text: string): Locator {
    return this.page.getByRole('heading', { name: text });
  }

  async vote(option: string): Promise<void> {
    await this.page.getByRole('radio', { name: option }).check({ force: true });
    await this.page.getByRole('button', { name: `Vote for ${option}` }).click();
  }

  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}
