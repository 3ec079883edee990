/** The desk windows: one for each screen that somebody wants to see, where they stand, and what happens when a page dies. */
import { BrowserWindow, type Display, screen as screens, type WebContents } from 'electron';
import type { DeskScreen, DeskWindow, ServerStatus } from '../../shared/protocol/bridge.ts';
import { channels } from '../preload/channels.ts';
import { deskPage } from './desk-origin.ts';
import { log } from './main-log.ts';
import { SCREEN_NAMES } from './screen-names.ts';
import { isSwallowed } from './swallowed-keys.ts';
import { type DisplayFacts, placeNew, placeOn, type SavedWindow, type WindowLayout } from './window-layout.ts';

/** What the window shows before its page has painted: the page's own background (`--bg`), so that a dark room stays dark. */
const BEFORE_PAINT = '#0a0b0d';
/** The screens are drawn for this size; smaller ones get the compact measures. */
const DRAWN_FOR = { width: 1920, height: 1080 };
/** A page that dies again and again is not loaded in a tight loop. */
const RELOAD_AFTER_MS = 1_000;

export interface DeskWindowsOptions {
  preload: string;
  /** The policy that a page loaded now gets; it says which server the page can reach. */
  policy: () => string;
  /** May this window close? Asked for the last one only. */
  mayCloseLast: () => boolean;
  onPageLost: () => void;
  /** A window was opened, closed, moved or shows another screen. */
  onChanged: () => void;
}

interface Entry {
  screen: DeskScreen;
  /** What its page was loaded with. */
  policy: string;
  /** What its page last said; null until it has said anything. */
  busyRuns: number | null;
  awake: boolean;
}

export class DeskWindows {
  readonly #options: DeskWindowsOptions;
  /** In the order in which they were opened. */
  readonly #entries = new Map<BrowserWindow, Entry>();

  constructor(options: DeskWindowsOptions) {
    this.#options = options;
  }

  get all(): BrowserWindow[] {
    return [...this.#entries.keys()];
  }

  /** @param remembered where it stood the last time, or null for a new place */
  open(screen: DeskScreen, remembered: SavedWindow | null): BrowserWindow {
    const displays = displayFacts();
    const front = this.front;
    const others = [...this.all.filter((other) => other !== front), ...(front ? [front] : [])];
    const bounds = remembered
      ? placeOn(remembered, displays)
      : placeNew(
          DRAWN_FOR,
          others.map((other) => other.getNormalBounds()),
          displays,
        );
    const window = new BrowserWindow({
      ...bounds,
      minWidth: 1024,
      minHeight: 640,
      title: titleOf(screen),
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
    this.#entries.set(window, { screen, policy: '', busyRuns: null, awake: false });
    if (remembered?.maximized) window.maximize();
    if (remembered?.fullScreen) window.setFullScreen(true);
    this.#listen(window);
    this.#load(window);
    this.#options.onChanged();
    return window;
  }

  /** Opens the windows of the last time, or one producer's window where there is no last time; none where any is open. */
  openFirst(layout: WindowLayout | null): void {
    if (this.#entries.size > 0) return;
    const remembered = layout?.windows ?? [];
    if (remembered.length === 0) this.open('producer', null);
    for (const saved of remembered) this.open(saved.screen, saved);
  }

  /** Shows the window that somebody asked for by starting the app again, or opens one. */
  focus(): void {
    bringToFront(this.front ?? this.open('producer', null));
  }

  /** @param id as in `list`; one that has closed meanwhile is nothing */
  show(id: number): void {
    const window = this.all.find((candidate) => candidate.id === id);
    if (window) bringToFront(window);
  }

  /** Tells every page of the server's status; one whose policy doesn't let it reach the server that there is now is loaded anew and asks for it. */
  tellServerStatus(status: ServerStatus): void {
    const policy = this.#options.policy();
    for (const [window, entry] of this.#entries) {
      if (status.kind === 'running' && entry.policy !== policy) this.#load(window);
      else send(window, channels.serverStatus, status);
    }
  }

  /** Loads every page anew: it is another server's desk from now on. */
  reload(): void {
    for (const window of this.all) this.#load(window);
  }

  tell(channel: string, payload: unknown): void {
    for (const window of this.all) send(window, channel, payload);
  }

  /** The window whose page a question is put to: the one in front, if any. */
  get front(): BrowserWindow | null {
    return BrowserWindow.getFocusedWindow() ?? this.all[0] ?? null;
  }

  /** A page that was closed meanwhile has nothing to say any more. */
  #entryOf(contents: WebContents): [BrowserWindow, Entry] | null {
    for (const [window, entry] of this.#entries) if (window.webContents === contents) return [window, entry];
    return null;
  }

  setBusyRuns(contents: WebContents, count: number): void {
    const found = this.#entryOf(contents);
    if (found) found[1].busyRuns = count;
  }

  setAwake(contents: WebContents, awake: boolean): void {
    const found = this.#entryOf(contents);
    if (found) found[1].awake = awake;
  }

  /** Whether any window needs the display to stay on. A page that is loaded anew keeps what it said until it says something else. */
  get awake(): boolean {
    return [...this.#entries.values()].some(({ awake }) => awake);
  }

  setScreen(contents: WebContents, screen: DeskScreen): void {
    const found = this.#entryOf(contents);
    if (!found) return;
    const [window, entry] = found;
    entry.screen = screen;
    window.setTitle(titleOf(screen));
    this.#options.onChanged();
  }

  reports(): { busyRuns: number | null }[] {
    return [...this.#entries.values()].map(({ busyRuns }) => ({ busyRuns }));
  }

  /** @param contents the page that is told, or null where none is */
  list(contents: WebContents | null): DeskWindow[] {
    return [...this.#entries].map(([window, { screen }]) => ({
      id: window.id,
      screen,
      display: displayName(screens.getDisplayMatching(window.getBounds())),
      fullScreen: window.isFullScreen(),
      mine: window.webContents === contents,
    }));
  }

  layout(): WindowLayout {
    return {
      version: 1,
      windows: [...this.#entries].map(([window, { screen }]) => ({
        screen,
        bounds: window.getNormalBounds(),
        display: screens.getDisplayMatching(window.getBounds()).id,
        fullScreen: window.isFullScreen(),
        maximized: window.isMaximized(),
      })),
    };
  }

  #listen(window: BrowserWindow): void {
    const { onChanged, onPageLost, mayCloseLast } = this.#options;
    const { webContents: contents } = window;
    // Alt alone would move the focus into the menu bar, and the next key, GO perhaps, with it. Its accelerators work all the same.
    window.setMenuBarVisibility(false);
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', (event) => {
      if (this.#entries.size === 1 && !mayCloseLast()) event.preventDefault();
    });
    window.once('closed', () => {
      this.#entries.delete(window);
      onChanged();
    });
    window.on('move', onChanged);
    window.on('resize', onChanged);
    window.on('maximize', onChanged);
    window.on('unmaximize', onChanged);
    window.on('enter-full-screen', onChanged);
    window.on('leave-full-screen', onChanged);
    contents.on('before-input-event', (event, input) => {
      if (isSwallowed(input)) event.preventDefault();
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      log('error', 'The desk page died; it is loaded again.', { reason });
      onPageLost();
      setTimeout(() => {
        if (!window.isDestroyed()) this.#load(window);
      }, RELOAD_AFTER_MS);
    });
    contents.on('unresponsive', () => {
      log('error', 'The desk page does not react.', {});
      onPageLost();
    });
  }

  #load(window: BrowserWindow): void {
    const entry = this.#entries.get(window);
    if (!entry) return;
    // What the page before said is not known any more; until the new one has spoken, a quit is asked natively.
    entry.busyRuns = null;
    entry.policy = this.#options.policy();
    window.loadURL(deskPage(entry.screen)).catch((error: Error & { code?: string }) => {
      // Aborted: it is being loaded for another server already.
      if (window.isDestroyed() || error.code === 'ERR_ABORTED') return;
      log('error', 'The desk page could not be loaded.', { reason: error.message });
      window.show();
    });
  }
}

const titleOf = (screen: DeskScreen): string => `Tallyroom: ${SCREEN_NAMES[screen]}`;

/** The primary display first. */
function displaysInOrder(): Display[] {
  const primary = screens.getPrimaryDisplay();
  return [primary, ...screens.getAllDisplays().filter(({ id }) => id !== primary.id)];
}

const displayFacts = (): DisplayFacts[] => displaysInOrder().map(({ id, workArea }) => ({ id, workArea }));

function displayName({ id, size }: Display): string {
  const number = displaysInOrder().findIndex((display) => display.id === id) + 1;
  return `Display ${number}, ${size.width} × ${size.height}`;
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function send({ webContents }: BrowserWindow, channel: string, payload: unknown): void {
  // A page that died asks for everything when it is back.
  if (!webContents.isCrashed()) webContents.send(channel, payload);
}
