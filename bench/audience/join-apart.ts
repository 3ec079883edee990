import type { Ears } from './ears.ts';
import type { HttpDoor } from './http-door.ts';
import { readAnswer } from './http-reader.ts';
import type { Viewer } from './viewer.ts';
import type { WireHost } from './wire.ts';

export interface JoinApartOptions {
  ears: Ears;
  door: HttpDoor;
  /** The viewer has its token, and no connection. */
  joined: (viewer: Viewer) => void;
  ended: (viewer: Viewer, why: string) => void;
}

/** A join on a connection of its own, which ends with the answer: how somebody comes who is then to hold another one. */
export class JoinApart implements WireHost<Viewer> {
  readonly #options: JoinApartOptions;

  constructor(options: JoinApartOptions) {
    this.#options = options;
  }

  connected(viewer: Viewer): void {
    viewer.wire?.write(this.#options.door.join(viewer, 'Connection: close\r\n'));
  }

  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    const { door, joined } = this.#options;
    const answer = readAnswer(bytes, start, end);
    if (answer === null) return start;
    if (!door.joined(viewer, answer, bytes)) return end;
    viewer.wire?.letGo();
    viewer.wire?.end();
    viewer.wire = null;
    joined(viewer);
    return end;
  }

  ended(viewer: Viewer, why: string): void {
    this.#options.ended(viewer, why);
  }
}
