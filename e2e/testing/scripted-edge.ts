/** The built viewer page with an edge whose every word the test says: moments that a real show reaches only by luck or load. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContextOptions,
  test as base,
  type Page,
  type WebSocketRoute,
} from '@playwright/test';
import { SERVER_NOW_MS } from '../../renderer/audience/testing/samples.ts';
import type { Ballot, ClientFrame, PublicState, ServerFrame } from '../../shared/protocol/audience.ts';
import { openBrowser, PHONE } from './phone.ts';

const PAGE = fileURLToPath(new URL('../../out/audience/', import.meta.url));
const SCREENSHOTS = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url));
const ORIGIN = 'http://show.example';
const TYPES: Record<string, string> = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' };

export interface ScriptedEdgeOptions {
  /** What the page is welcomed with; null for an edge that never welcomes. */
  state: PublicState | null;
  context?: BrowserContextOptions;
}

export class ScriptedEdge {
  readonly page: Page;
  /** Ballots that have come, in order. */
  readonly ballots: Ballot[] = [];
  #state: PublicState | null;
  #socket: WebSocketRoute | null = null;

  private constructor(page: Page, state: PublicState | null) {
    this.page = page;
    this.#state = state;
  }

  static async open(browser: Browser, { state, context }: ScriptedEdgeOptions): Promise<ScriptedEdge> {
    const phone = await browser.newContext({ ...PHONE, timezoneId: 'UTC', ...context });
    const edge = new ScriptedEdge(await phone.newPage(), state);
    await phone.route(`${ORIGIN}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path.startsWith('/v1/')) return route.abort();
      const name = path === '/' ? 'index.html' : path.slice(1);
      const contentType = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      return route.fulfill({ contentType, body: await readFile(join(PAGE, name)) });
    });
    await phone.routeWebSocket('ws://show.example/v1/ws', (socket) => edge.#take(socket));
    await edge.page.goto(`${ORIGIN}/`);
    return edge;
  }

  say(frame: ServerFrame): void {
    if (this.#socket === null) throw new Error('the page has no socket open');
    this.#socket.send(JSON.stringify(frame));
  }

  /** The show goes on: what the page has now, and what it is welcomed with after a reload. */
  show(state: PublicState): void {
    this.#state = state;
    this.say({ t: 'state', state });
  }

  /** Waits for the page's next ballot. */
  async ballot(): Promise<Ballot> {
    const already = this.ballots.length;
    for (;;) {
      const ballot = this.ballots[already];
      if (ballot !== undefined) return ballot;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Chooses and sends, and gives the ballot that came of it. */
  async vote(role: 'radio' | 'checkbox', ...names: string[]): Promise<Ballot> {
    for (const name of names) await this.page.getByRole(role, { name, exact: true }).check();
    const ballot = this.ballot();
    await this.page.locator('button[type="submit"]').click();
    return ballot;
  }

  /** The end of the page's socket, and of all further ones. */
  cut(): void {
    this.#state = null;
    void this.#socket?.close({ code: 1012 });
  }

  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  #take(socket: WebSocketRoute): void {
    this.#socket = socket;
    socket.onMessage((data) => {
      const frame = JSON.parse(String(data)) as ClientFrame;
      if (frame.t === 'hello' && this.#state !== null) {
        this.say({
          t: 'welcome',
          token: 'seat',
          voterId: 'voter' as Extract<ServerFrame, { t: 'welcome' }>['voterId'],
          serverNowMs: SERVER_NOW_MS,
          state: this.#state,
        });
      } else if (frame.t === 'ballot') {
        const { t: _, ...ballot } = frame;
        this.ballots.push(ballot);
      }
    });
  }
}

/** `open`: a phone on an edge of its own, gone when the test ends. All of a file share one browser. */
export const test = base.extend<
  { open: (options: ScriptedEdgeOptions) => Promise<ScriptedEdge> },
  { sharedBrowser: Browser }
>({
  sharedBrowser: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that are needed from here
    async ({}, use) => {
      const temp = mkdtempSync(join(tmpdir(), 'trv-'));
      const browser = await openBrowser(temp, []);
      await use(browser);
      await browser.close();
      rmSync(temp, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  open: async ({ sharedBrowser }, use) => {
    const edges: ScriptedEdge[] = [];
    await use(async (options) => {
      const edge = await ScriptedEdge.open(sharedBrowser, options);
      edges.push(edge);
      return edge;
    });
    for (const edge of edges) await edge.page.context().close();
  },
});
