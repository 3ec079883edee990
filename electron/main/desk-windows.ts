/** The desk windows: how they look, what they may, and what happens when one closes or its page dies. */
import { BrowserWindow, screen, type WebContents } from 'electron';
import type { ServerStatus } from '../../shared/protocol/bridge.ts';
import { channels } from '../preload/channels.ts';
import { deskCsp } from './desk-csp.ts';
import { DESK_PAGE } from './desk-origin.ts';
import { log } from './main-log.ts';
import { isSwallowed } from './swallowed-keys.ts';

/** What the window shows before its page has painted: the page's own background (`--bg`), so that a dark room stays dark. */
const BEFORE_PAINT = '#0a0b0d';
/** The screens are drawn for this size; smaller ones get the compact measures. */
const DRAWN_FOR = { width: 1920, height: 1080 };
/** A page that dies again and again is not loaded in a tight loop. */
const RELOAD_AFTER_MS = 1_000;

export interface DeskWindowsOptions {
  preload: string;
  /** What a page's policy is built from; null while there is no server. */
  deskUrl: () => string | null;
  /** May this window close? Asked for the last one only. */
  mayCloseLast: () => boolean;
  onPageLost: () => void;
}

export class DeskWindows {
  readonly #options: DeskWindowsOptions;
  readonly #busyRuns = new Map<number, number>();
  /** The policy that each window's page was loaded with. */
  readonly #policies = new Map<BrowserWindow, string>();

  constructor(options: DeskWindowsOptions) {
    this.#options = options;
  }

  get all(): BrowserWindow[] {
    return [...this.#policies.keys()];
  }

  open(): BrowserWindow {
    const { workAreaSize } = screen.getPrimaryDisplay();
    const window = new BrowserWindow({
      width: Math.min(DRAWN_FOR.width, workAreaSize.width),
      height: Math.min(DRAWN_FOR.height, workAreaSize.height),
      minWidth: 1024,
      minHeight: 640,
      title: 'Tallyroom',
      backgroundColor: BEFORE_PAINT,
      webPreferences: {
        preload: this.#options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        // A desk behind another window must count down and hear the server like the one in front.
        backgroundThrottling: false,
        spellcheck: false,
      },
    });
    const { webContents: contents } = window;
    const contentsId = contents.id;
    // Alt alone would move the focus into the menu bar, and the next key, GO perhaps, with it. Its accelerators work all the same.
    window.setMenuBarVisibility(false);
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', (event) => {
      if (this.#policies.size === 1 && !this.#options.mayCloseLast()) event.preventDefault();
    });
    window.once('closed', () => {
      this.#policies.delete(window);
      this.#busyRuns.delete(contentsId);
    });
    contents.on('before-input-event', (event, input) => {
      if (isSwallowed(input)) event.preventDefault();
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      log('error', 'The desk page died; it is loaded again.', { reason });
      this.#options.onPageLost();
      setTimeout(() => {
        if (!window.isDestroyed()) this.#load(window);
      }, RELOAD_AFTER_MS);
    });
    contents.on('unresponsive', () => {
      log('error', 'The desk page does not react.', {});
      this.#options.onPageLost();
    });
    this.#load(window);
    return window;
  }

  /** Shows the window that somebody asked for by starting the app again, or opens one. */
  focus(): void {
    const window = BrowserWindow.getFocusedWindow() ?? this.all[0] ?? this.open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Opens the first window, unless it is there. */
  openFirst(): void {
    if (this.#policies.size === 0) this.open();
  }

  /** Tells every page of the server's status; one whose policy doesn't let it reach the server that there is now is loaded anew and asks for it. */
  tellServerStatus(status: ServerStatus): void {
    const policy = deskCsp(this.#options.deskUrl());
    for (const [window, loadedWith] of this.#policies) {
      if (status.kind === 'running' && loadedWith !== policy) this.#load(window);
      else send(window, channels.serverStatus, status);
    }
  }

  tell(channel: string, payload: unknown): void {
    for (const window of this.all) send(window, channel, payload);
  }

  /** The window whose page a question is put to: the one in front, if any. */
  get front(): BrowserWindow | null {
    return BrowserWindow.getFocusedWindow() ?? this.all[0] ?? null;
  }

  setBusyRuns(contents: WebContents, count: number): void {
    this.#busyRuns.set(contents.id, count);
  }

  reports(): { busyRuns: number | null }[] {
    return this.all.map(({ webContents }) => ({ busyRuns: this.#busyRuns.get(webContents.id) ?? null }));
  }

  #load(window: BrowserWindow): void {
    // What the page before said is not known any more; until the new one has spoken, a quit is asked natively.
    this.#busyRuns.delete(window.webContents.id);
    this.#policies.set(window, deskCsp(this.#options.deskUrl()));
    window.loadURL(DESK_PAGE).catch((error: Error) => {
      log('error', 'The desk page could not be loaded.', { reason: error.message });
      window.show();
    });
  }
}

function send({ webContents }: BrowserWindow, channel: string, payload: unknown): void {
  // A page that died asks for everything when it is back.
  if (!webContents.isCrashed()) webContents.send(channel, payload);
}
