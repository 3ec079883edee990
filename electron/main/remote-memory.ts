/** What this desk remembers of other machines' servers. The address lies in a file; a session only where the system keeps secrets. */
import { z } from 'zod';
import { SessionResponse } from '../../shared/protocol/commands.ts';
import { log, wordsOf } from './main-log.ts';
import type { RemoteSession } from './remote-session.ts';
import { readWindowFile, writeWindowFile } from './window-file.ts';

const Remembered = z.object({
  version: z.literal(1),
  lastRemote: z.string().nullable(),
  /** The session in use when it was written, sealed; null: this machine's server was in use, or nothing can be sealed here. */
  sealed: z.string().nullable(),
});

/** Electron's safeStorage, as far as it is worth its name here. */
export interface Sealer {
  available(): boolean;
  seal(text: string): string;
  /** @throws where it was sealed by somebody else */
  open(sealed: string): string;
}

export class RemoteMemory {
  readonly #path: string;
  readonly #sealer: Sealer;
  #lastRemote: string | null;
  #inUse: RemoteSession | null;

  constructor(path: string, sealer: Sealer) {
    this.#path = path;
    this.#sealer = sealer;
    const found = readWindowFile(path, Remembered);
    this.#lastRemote = found?.lastRemote ?? null;
    this.#inUse = found === null ? null : this.#opened(found.sealed, found.lastRemote);
  }

  /** Address of the other server that was used last, or null. */
  get lastRemote(): string | null {
    return this.#lastRemote;
  }

  /** The session with which a relaunched app goes on, or null. */
  get inUse(): RemoteSession | null {
    return this.#inUse;
  }

  get keepsSession(): boolean {
    return this.#sealer.available();
  }

  remember(remote: RemoteSession | null): void {
    this.#inUse = remote;
    this.#lastRemote = remote?.deskUrl ?? this.#lastRemote;
    const sealed =
      remote !== null && this.#sealer.available() ? this.#sealer.seal(JSON.stringify(remote.session)) : null;
    writeWindowFile(this.#path, { version: 1, lastRemote: this.#lastRemote, sealed });
  }

  #opened(sealed: string | null, deskUrl: string | null): RemoteSession | null {
    if (sealed === null || deskUrl === null || !this.#sealer.available()) return null;
    try {
      return { deskUrl, session: SessionResponse.parse(JSON.parse(this.#sealer.open(sealed))) };
    } catch (error) {
      log('warn', 'The session on another server can not be opened; this machine’s server is used.', {
        reason: wordsOf(error),
      });
      return null;
    }
  }
}
