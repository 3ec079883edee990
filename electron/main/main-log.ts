import { printable } from '../../shared/protocol/normal-text.ts';

/** Electron main's own log: JSON lines on stderr, with pino's numbers for the levels, like every other part of the app. */
const LEVELS = { info: 30, warn: 40, error: 50 } as const;

// Whoever read stderr (a terminal, the starter) may be gone; an unhandled write error would take the window down with it.
process.stderr.on('error', () => {});

export function log(level: keyof typeof LEVELS, msg: string, detail: Record<string, unknown>): void {
  const entry = { level: LEVELS[level], time: Date.now(), part: 'window', ...detail, msg };
  // JSON leaves some characters as they are that a terminal obeys, and words of a server on another machine may hold any.
  process.stderr.write(`${printable(JSON.stringify(entry))}\n`);
}

/** An exception's words, for a sentence. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
