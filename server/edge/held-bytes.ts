const LEAST_BYTES = 256;

/**
 * Bytes that wait for more to come, in memory of their own. A slice would keep the whole chunk that it was read with, and a
 * small buffer of Node's the pool that it was cut from: whoever sends little, and never the rest, would hold a hundred times
 * what they sent. Here it is at most twice as much, however many pieces it came in.
 */
export class HeldBytes {
  #bytes: Buffer;
  #length: number;

  constructor(first: Buffer) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, first.length));
    this.#length = first.copy(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Of the memory that is taken. */
  get capacity(): number {
    return this.#bytes.length;
  }

  add(more: Buffer): void {
    const length = this.#length + more.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    more.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** All of them. Nothing may be added any more. */
  whole(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
