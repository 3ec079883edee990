import type { SigningKey } from '../../shared/protocol/process.ts';
import { addKey, type Keys, promoteKey } from '../storage/keys.ts';

export interface KeyRingOptions {
  /** As loaded at the start. */
  keys: Keys;
  /** `keys.json` that they came from; null where TALLYROOM_SECRET signs. */
  path: string | null;
}

/** The keys that voters' tokens are signed with, and their rotation while edges run. */
export class KeyRing {
  readonly #path: string | null;
  #keys: Keys;

  constructor({ keys, path }: KeyRingOptions) {
    this.#keys = keys;
    this.#path = path;
  }

  /** The first signs, all verify. */
  get signing(): SigningKey[] {
    return this.#keys.signing;
  }

  get rehearsalCode(): string {
    return this.#keys.rehearsalCode;
  }

  get rotates(): boolean {
    return this.#path !== null;
  }

  /**
   * A new key in two steps, so that a token signed with either holds at every edge at any moment: all edges verify with it
   * before the first one signs with it.
   *
   * @param spread gives the keys to every edge; resolves when each holds them
   * @throws StorageError when the file can't be written; the keys are whole then, and the old one signs
   */
  async rotate(spread: (keys: SigningKey[]) => Promise<void>): Promise<void> {
    if (this.#path === null) throw new Error('keys from the environment are rotated there');
    for (const step of [addKey, (path: string) => promoteKey(path, Date.now())]) {
      this.#keys = await step(this.#path);
      await spread(this.#keys.signing);
    }
  }
}
