import type { Ears } from './ears.ts';
import type { Viewer } from './viewer.ts';
import type { Dialect } from './ws-speech.ts';

/** A subscriber of nchan: every text is a state, the first one the last that was published before it came. */
export class NchanDialect implements Dialect {
  readonly path: string = '/sub';
  readonly #ears: Ears;

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  upgraded(): void {}

  text(viewer: Viewer, bytes: Buffer, start: number, end: number): void {
    const state = this.#ears.reader.read(bytes, start, end);
    if (state === null) return;
    if (viewer.phase === 'greeting') this.#ears.welcomed(viewer, { token: null, voterId: null }, state);
    else this.#ears.shown(viewer, state);
  }

  ballotFrame(): Buffer {
    throw new Error('nchan only publishes; it takes no ballots');
  }
}
