/** Finds the sentence that tells a person why the server couldn't start or has ended, in what it left behind. */
import type { ServerEvent } from '../../shared/protocol/process.ts';

/** pino's number for `error`; `fatal` is above it. */
const ERROR_LEVEL = 50;

export class FailureWords {
  #ready = false;
  #alarm: string | null = null;
  #plain: string | null = null;
  #logged: string | null = null;

  event(event: ServerEvent): void {
    if (event.event === 'alarm') this.#alarm = event.message;
    if (event.event !== 'ready') return;
    this.#ready = true;
    this.#alarm = this.#logged = this.#plain = null;
  }

  stderrLine(line: string): void {
    // A running server logs all kinds of trouble that it lives through; only an alarm explains its end.
    if (this.#ready) return;
    const entry = parseLog(line);
    if (entry === null) this.#plain = line.trim();
    else if (entry.level >= ERROR_LEVEL) this.#logged = entry.msg;
  }

  /** The server's own words where it said any: an alarm, a logged error, a plain line, in this order; else how it ended. */
  sentence(code: number | null, signal: string | null): string {
    const how = signal !== null ? `was ended by ${signal}` : `ended with code ${code}`;
    return this.#alarm ?? this.#logged ?? this.#plain ?? `The server ${how} and left no reason.`;
  }
}

function parseLog(line: string): { level: number; msg: string } | null {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null) return null;
    const { level, msg } = entry as { level?: unknown; msg?: unknown };
    return typeof level === 'number' && typeof msg === 'string' ? { level, msg } : { level: 0, msg: '' };
  } catch {
    return null;
  }
}
