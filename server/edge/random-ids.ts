import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** One call to the system for so many ids: each call costs as much as all the rest of an id. */
const IDS_A_DRAW = 256;

/** Random ids of 128 bits as 22 characters of base64url. */
export class RandomIds {
  readonly #drawn = Buffer.alloc(ID_BYTES * IDS_A_DRAW);
  #used = this.#drawn.length;

  next(): string {
    if (this.#used === this.#drawn.length) {
      randomFillSync(this.#drawn);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += ID_BYTES;
    const id = this.#drawn.toString('base64url', from, this.#used);
    // What has been given out is known to nobody but its owner.
    this.#drawn.fill(0, from, this.#used);
    return id;
  }
}
