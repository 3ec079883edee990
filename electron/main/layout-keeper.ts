/** Keeps the windows' layout on disk, a moment after they have come to rest. */
import { writeWindowFile } from './window-file.ts';
import type { WindowLayout } from './window-layout.ts';

/** Dragging a window changes its place many times a second. */
const WRITE_AFTER_MS = 300;

export class LayoutKeeper {
  readonly #path: string;
  readonly #layout: () => WindowLayout;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, layout: () => WindowLayout) {
    this.#path = path;
    this.#layout = layout;
  }

  changed(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), WRITE_AFTER_MS);
  }

  /** Writes now what has changed, before the windows go. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const layout = this.#layout();
    // Where the app runs on without windows (macOS), the last one is what comes back.
    if (layout.windows.length > 0) writeWindowFile(this.#path, layout);
  }
}
