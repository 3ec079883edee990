import type { DeskBridge } from '../../../shared/protocol/bridge.ts';

declare global {
  interface Window {
    /** Given by the preload of the Electron window; a browser has none. */
    tallyroom?: DeskBridge;
  }
}

export function bridgeOf(page: Window): DeskBridge | null {
  return page.tallyroom ?? null;
}
