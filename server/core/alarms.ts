import type { Vitals } from '../../shared/protocol/desk.ts';

/** Alarms stay on the desk this long; the log keeps them for good. */
const SHOWN_MS = 300_000;

/** What the operator must know of: shown with the vitals, and told to the supervisor. */
export class Alarms {
  readonly #nowMs: () => number;
  readonly #onAlarm: (code: string, message: string) => void;
  #list: Vitals['alarms'] = [];

  constructor(options: { nowMs: () => number; onAlarm: (code: string, message: string) => void }) {
    this.#nowMs = options.nowMs;
    this.#onAlarm = options.onAlarm;
  }

  /** The newest of each code stands. */
  raise(code: string, message: string): void {
    this.#list = [
      ...this.#list.filter((alarm) => alarm.code !== code),
      { id: code, code, message, atMs: this.#nowMs() },
    ];
    this.#onAlarm(code, message);
  }

  list(): Vitals['alarms'] {
    const sinceMs = this.#nowMs() - SHOWN_MS;
    this.#list = this.#list.filter(({ atMs }) => atMs >= sinceMs);
    return this.#list;
  }
}
