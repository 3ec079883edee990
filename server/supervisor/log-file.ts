import { type FileHandle, open, rename } from 'node:fs/promises';
import type { AdvisoryWriter } from './advisory-writer.ts';

/** Lines that the disk doesn't take wait up to here, in characters; beyond it the oldest are given up. */
const MOST_WAITING = 1024 * 1024;
const MOST_AT_ONCE = 256 * 1024;

export interface LogFileOptions {
  path: string;
  /** A file of this size makes place for a new one. */
  mostBytes: number;
  /** With those that made place, which are named by numbers: the higher, the older. */
  mostFiles: number;
  writer: AdvisoryWriter;
}

/**
 * A log that rotates. What the disk doesn't take waits until it does, and goes on in the middle of a line where a full disk
 * took a part of it: libraries that rotate logs lose the rest of such a write without a word.
 */
export class LogFile {
  readonly #options: LogFileOptions;
  #file: FileHandle | null = null;
  #bytes = 0;
  #waiting: string[] = [];
  #waitingLength = 0;
  #lost = 0;
  /** What is being written, without the part that the disk has taken. */
  #rest: Buffer = Buffer.alloc(0);
  #atWork = false;
  #lastTry: Promise<void> = Promise.resolve();

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** @param line without its end */
  append(line: string): void {
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    while (this.#waitingLength > MOST_WAITING) {
      this.#waitingLength -= this.#waiting.shift()?.length ?? 0;
      this.#lost++;
    }
    if (this.#atWork) return;
    this.#atWork = true;
    this.#lastTry = this.#options.writer.keep(this.#options.path, () => this.#drain());
  }

  /** After the writer's end: what the disk has not taken by now is lost. */
  async close(): Promise<void> {
    await this.#lastTry;
    await this.#file?.close();
  }

  async #drain(): Promise<void> {
    while (this.#rest.length > 0 || this.#waiting.length > 0) {
      if (this.#rest.length === 0) this.#rest = this.#nextBatch();
      await this.#write();
    }
    this.#atWork = false;
  }

  #nextBatch(): Buffer {
    const lines: string[] = [];
    if (this.#lost > 0) {
      const msg = `${this.#lost} lines of the log are lost, because the disk did not take them`;
      lines.push(JSON.stringify({ level: 40, time: Date.now(), from: 'supervisor', msg }));
      this.#lost = 0;
    }
    for (let length = 0; length < MOST_AT_ONCE; ) {
      const line = this.#waiting.shift();
      if (line === undefined) break;
      length += line.length;
      this.#waitingLength -= line.length;
      lines.push(line);
    }
    return Buffer.from(`${lines.join('\n')}\n`);
  }

  async #write(): Promise<void> {
    const file = this.#file ?? (await this.#open());
    while (this.#rest.length > 0) {
      const { bytesWritten } = await file.write(this.#rest);
      this.#bytes += bytesWritten;
      this.#rest = this.#rest.subarray(bytesWritten);
    }
    if (this.#bytes >= this.#options.mostBytes) await this.#rotate();
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, 'a', 0o600);
    this.#file = file;
    this.#bytes = (await file.stat()).size;
    return file;
  }

  /** Renames only, which a full disk allows too. */
  async #rotate(): Promise<void> {
    const { path, mostFiles } = this.#options;
    await this.#file?.close();
    this.#file = null;
    for (let older = mostFiles - 1; older >= 1; older--) {
      await rename(older === 1 ? path : `${path}.${older - 1}`, `${path}.${older}`).catch(unlessMissing);
    }
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
