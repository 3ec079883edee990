/** Tells every page, and the menu, what the app is doing; several changes in one turn are told once. */
import type { WebContents } from 'electron';
import type { DeskWindow, HostState } from '../../shared/protocol/bridge.ts';
import { channels } from '../preload/channels.ts';
import type { DeskWindows } from './desk-windows.ts';

export interface HostTellerOptions {
  windows: DeskWindows;
  /** Everything but the windows, which look different to each of them. */
  facts: () => Omit<HostState, 'windows'>;
  onWindows: (windows: DeskWindow[]) => void;
}

export class HostTeller {
  readonly #options: HostTellerOptions;
  #told = false;
  #menu = '';

  constructor(options: HostTellerOptions) {
    this.#options = options;
  }

  /** Something may have changed. */
  changed(): void {
    if (this.#told) return;
    this.#told = true;
    setImmediate(() => {
      this.#told = false;
      this.#tellAll();
    });
  }

  tell(contents: WebContents): void {
    const state: HostState = { ...this.#options.facts(), windows: this.#options.windows.list(contents) };
    if (!contents.isDestroyed() && !contents.isCrashed()) contents.send(channels.hostState, state);
  }

  #tellAll(): void {
    const { windows, onWindows } = this.#options;
    for (const { webContents } of windows.all) this.tell(webContents);
    const list = windows.list(null);
    // A move tells the pages nothing new most of the time, and the menu never.
    const menu = JSON.stringify(list);
    if (menu !== this.#menu) onWindows(list);
    this.#menu = menu;
  }
}
