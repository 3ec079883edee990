/** Keeps the display on from within a browser, as far as it lets a page do that. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export type WakeLockState =
  | { kind: 'off' }
  | { kind: 'held' }
  /** The page is out of sight; browsers take the lock away then, and it is asked for again when the page is back. */
  | { kind: 'waiting' }
  | { kind: 'missing'; why: string }
  | { kind: 'refused'; why: string };

/** The parts of a page that the lock needs. */
export interface WakeLockPage {
  /** Null where the browser has none, or gives it to no page like this one. */
  request: (() => Promise<{ release(): Promise<void>; onReleased(listener: () => void): void }>) | null;
  secure: boolean;
  visible(): boolean;
  onVisibility(listener: () => void): void;
}

export interface BrowserWakeLock {
  store: StoreApi<{ state: WakeLockState }>;
  set(awake: boolean): void;
}

export function createBrowserWakeLock(page: WakeLockPage): BrowserWakeLock {
  const store = createStore<{ state: WakeLockState }>(() => ({ state: { kind: 'off' } }));
  const is = (state: WakeLockState) => store.setState({ state });
  let wanted = false;
  let asking = false;
  let release: (() => Promise<void>) | null = null;

  async function follow(): Promise<void> {
    if (asking) return;
    if (!wanted) {
      const held = release;
      release = null;
      is({ kind: 'off' });
      await held?.();
      return;
    }
    if (release !== null) return;
    if (page.request === null) return is({ kind: 'missing', why: missing(page.secure) });
    if (!page.visible()) return is({ kind: 'waiting' });
    asking = true;
    try {
      const lock = await page.request();
      release = () => lock.release();
      lock.onReleased(() => {
        release = null;
        if (wanted) is({ kind: 'waiting' });
      });
      is({ kind: 'held' });
    } catch (error) {
      // On battery, or while the page was going out of sight; the next time it is in sight it is asked for again.
      is({ kind: 'refused', why: error instanceof Error ? error.message : String(error) });
    } finally {
      asking = false;
    }
    if (!wanted) await follow();
  }

  page.onVisibility(() => void follow());
  return {
    store,
    set(awake) {
      if (awake === wanted) return;
      wanted = awake;
      void follow();
    },
  };
}

const missing = (secure: boolean): string =>
  secure
    ? 'This browser can not keep the display on for a page.'
    : 'A browser keeps the display on only for a page that came by https or from this machine itself.';

export function wakeLockPage(page: Window): WakeLockPage {
  const { navigator, document } = page;
  const available = page.isSecureContext && 'wakeLock' in navigator;
  return {
    request: available
      ? async () => {
          const lock = await navigator.wakeLock.request('screen');
          return {
            release: () => lock.release(),
            onReleased: (listener) => lock.addEventListener('release', listener),
          };
        }
      : null,
    secure: page.isSecureContext,
    visible: () => document.visibilityState === 'visible',
    onVisibility: (listener) => document.addEventListener('visibilitychange', listener),
  };
}

/** The page's one lock: it stands outside of what is drawn. */
let own: BrowserWakeLock | null = null;
export function browserWakeLock(): BrowserWakeLock {
  own ??= createBrowserWakeLock(wakeLockPage(window));
  return own;
}
