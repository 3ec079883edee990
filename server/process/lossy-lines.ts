/** Lines for somebody who may stop reading: a part that waits for its reader keeps everybody else waiting. */
import type { Writable } from 'node:stream';

const MOST_UNREAD_BYTES = 1024 * 1024;

export interface LossyLinesOptions {
  out: Writable;
  /** The line that stands in the place of so many, without its end. */
  lostLine: (lost: number) => string;
}

/** Keeps a megabyte that nobody reads. Beyond it lines are counted, and their number is told when somebody reads again. */
export class LossyLines {
  readonly #options: LossyLinesOptions;
  #lost = 0;

  constructor(options: LossyLinesOptions) {
    this.#options = options;
  }

  /** @param line with its end */
  write(line: string): void {
    const { out, lostLine } = this.#options;
    if (!out.writable) return;
    if (out.writableLength >= MOST_UNREAD_BYTES) {
      this.#lost++;
      return;
    }
    if (this.#lost > 0) out.write(`${lostLine(this.#lost)}\n`);
    this.#lost = 0;
    out.write(line);
  }
}

/**
 * Standard error as the destination of a part's log. Threat: the supervisor, which reads it, stands still or is stopped; a write
 * that waits for it stops every viewer and desk.
 */
export function partLogOut(): LossyLines {
  const out = process.stderr;
  // A supervisor that has died reads no more, and whoever goes on without it does so without a log.
  out.on('error', () => {});
  const lostLine = (lost: number) =>
    JSON.stringify({ level: 40, time: Date.now(), msg: `${lost} lines of the log are lost, because nobody read them` });
  return new LossyLines({ out, lostLine });
}

/**
 * Node waits for a terminal at every write, and one where somebody has pressed Ctrl+S takes nothing. From here on nobody waits;
 * what it has not taken counts as unread, like that of a pipe.
 */
export function neverWaitFor(out: Writable): void {
  const { _handle: handle } = out as { _handle?: { setBlocking?: (waits: boolean) => number } };
  handle?.setBlocking?.(false);
}
