import { basename, dirname } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { AdvisoryWriter } from './advisory-writer.ts';

/** Lines that the disk doesn't take wait up to here, in characters; beyond it the oldest are given up. */
const MOST_WAITING = 1024 * 1024;
const MOST_AT_ONCE = 256 * 1024;

export interface LogFileOptions {
  path: string;
  /** A file of this size makes place for a new one, as the rotating stream spells it: `10M`. */
  size: string;
  writer: AdvisoryWriter;
}

/** A log that rotates through ten files. What the disk doesn't take waits until it does. */
export class LogFile {
  readonly #options: LogFileOptions;
  #stream: RotatingFileStream | null = null;
  #waiting: string[] = [];
  #waitingLength = 0;
  #lost = 0;
  /** Of what is being written, or was when it failed. */
  #batch = '';
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
    const stream = this.#stream;
    if (stream !== null) await new Promise<void>((resolve) => stream.end(() => resolve()));
  }

  async #drain(): Promise<void> {
    while (this.#batch !== '' || this.#waiting.length > 0) {
      if (this.#batch === '') this.#nextBatch();
      await this.#write(this.#batch);
      this.#batch = '';
    }
    this.#atWork = false;
  }

  #nextBatch(): void {
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
    this.#batch = `${lines.join('\n')}\n`;
  }

  #write(text: string): Promise<void> {
    const stream = this.#stream ?? this.#open();
    return new Promise((resolve, reject) => {
      stream.write(text, (error) => {
        if (!error) {
          resolve();
          return;
        }
        // It is of no use after an error; and a line may be torn, so what comes next begins on a new one.
        this.#stream = null;
        if (!this.#batch.startsWith('\n')) this.#batch = `\n${this.#batch}`;
        reject(error);
      });
    });
  }

  #open(): RotatingFileStream {
    const { path, size } = this.#options;
    // By numbers: with a list of the old files beside them, a full disk would forget that list and never remove them.
    const stream = createStream(basename(path), { path: dirname(path), size, rotate: 9 });
    // The same is told to whoever writes.
    stream.on('error', () => {});
    this.#stream = stream;
    return stream;
  }
}
