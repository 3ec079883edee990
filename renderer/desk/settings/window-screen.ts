/** The screen that a window opens with, and what is told when it shows another: the app remembers it, a browser keeps it in its address. */
import { type DeskBridge, DeskScreen } from '../../../shared/protocol/bridge.ts';
import type { WindowStore } from '../store/window-store.ts';

/** @param search the address's query, `?screen=director` */
export function screenOf(search: string): DeskScreen | null {
  return DeskScreen.safeParse(new URLSearchParams(search).get('screen')).data ?? null;
}

/** The same address with another screen in it. */
export function addressWith(href: string, screen: DeskScreen): string {
  const url = new URL(href);
  url.searchParams.set('screen', screen);
  return url.href;
}

export function followScreen(page: Window, win: WindowStore, bridge: DeskBridge | null): void {
  const first = screenOf(page.location.search);
  if (first !== null) win.setState({ screen: first });
  win.subscribe(({ screen }, before) => {
    if (screen === before.screen) return;
    page.history.replaceState(null, '', addressWith(page.location.href, screen));
    bridge?.setScreen(screen);
  });
}
