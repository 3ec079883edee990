import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { printable } from '../../shared/protocol/normal-text.ts';
import { LossyLines } from '../process/lossy-lines.ts';
import type { AdvisoryWriter } from './advisory-writer.ts';
import { LogFile } from './log-file.ts';

const MOST_BYTES = 10 * 1024 * 1024;
const LEVELS: Record<string, number> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50 };

export interface ServerLog {
  /** The supervisor's own entries. */
  own: Logger;
  /** One line of a part's output: a pino entry, or words that something printed. */
  partLine(part: string, line: string): void;
  /** After the writer's end. */
  close(): Promise<void>;
}

export interface LogPlace {
  dir: string;
  /** What goes into the file. */
  fileLevel: string;
  /** What is shown on standard error as well. */
  shownLevel: string;
  shown: Writable;
  writer: AdvisoryWriter;
}

/** Entries of all parts in one place: `logs/` in the data folder, at most ten files of 10 MB, and standard error. */
export function openServerLog({ dir, fileLevel, shownLevel, shown, writer }: LogPlace): ServerLog {
  const file = new LogFile({ path: join(dir, 'tallyroom.log'), mostBytes: MOST_BYTES, mostFiles: 10, writer });
  const shownFrom = LEVELS[shownLevel] ?? 30;
  const fileFrom = LEVELS[fileLevel] ?? 30;
  const lostLine = (lost: number) => {
    const msg = `${lost} lines of the log are not shown here, because nobody read them; the file has them`;
    return JSON.stringify({ level: 40, time: Date.now(), from: 'supervisor', msg });
  };
  const reader = new LossyLines({ out: shown, lostLine });
  function write(text: string): void {
    // A cue's text, and what a part prints, may hold anything.
    const line = printable(text);
    const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30);
    if (level >= fileFrom) file.append(line);
    if (level >= shownFrom) reader.write(`${line}\n`);
  }
  const own = pino(
    { level: fileLevel, base: { from: 'supervisor', pid: process.pid } },
    { write: (line) => write(line.trimEnd()) },
  );
  return {
    own,
    partLine(part, line) {
      const entry = /^\{"level":\d+,/.exec(line);
      if (entry === null) own.info({ from: part }, line);
      else write(`${entry[0]}"from":${JSON.stringify(part)},${line.slice(entry[0].length)}`);
    },
    close: () => file.close(),
  };
}
