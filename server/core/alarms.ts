import { randomUUID } from 'node:crypto';
import { MAX_STANDING_ALARMS, type ShowState } from '../../shared/domain/show-state.ts';
import type { PartAlarm } from '../../shared/protocol/process.ts';
import type { Alarm } from '../../shared/protocol/vitals.ts';

/** How soon a journal that took no entry is tried again. */
const RETRY_MS = 1_000;

/** Resolves to whether it is in the journal, with which it stands on in the show. `stands` is asked when its turn has come. */
export type JournalAlarm = (alarm: Alarm, stands: () => boolean) => Promise<boolean>;

export interface AlarmsOptions {
  /** Core time. */
  nowMs: () => number;
  /** Those that the journal holds and nobody has acknowledged. */
  show: () => ShowState;
  /** One of the core's own is raised: the supervisor tells it on. */
  onAlarm: (code: string, message: string) => void;
}

/**
 * What people must know of. An alarm says itself once, stands on every desk until somebody acknowledges it, and is in the log;
 * while the journal can't be written, which may be what it is about, it stands all the same.
 */
export class Alarms {
  readonly #options: AlarmsOptions;
  /** Not in the journal yet, by id. */
  readonly #unjournaled = new Map<string, { alarm: Alarm; onJournaled: () => void }>();
  /** Null: there is no show yet, or none any more. */
  #journal: JournalAlarm | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isWriting = false;

  constructor(options: AlarmsOptions) {
    this.#options = options;
  }

  /** From here on there is a show whose journal takes alarms. */
  open(journal: JournalAlarm): void {
    this.#journal = journal;
    void this.#write();
  }

  /** Raises an alarm of the core's own; one that stands already in the same words is not said again. */
  raise(code: string, message: string): void {
    if (this.list().some((alarm) => alarm.code === code && alarm.message === message)) return;
    this.#options.onAlarm(code, message);
    this.#add({ id: randomUUID(), code, message }, () => {});
  }

  /** Takes over an alarm of the supervisor's. `onJournaled`: it need not be handed to a next core. */
  take(alarm: PartAlarm, onJournaled: () => void): void {
    if (this.#unjournaled.has(alarm.id)) return;
    if (this.#options.show().alarms.some(({ id }) => id === alarm.id)) onJournaled();
    else this.#add(alarm, onJournaled);
  }

  /** Somebody has acknowledged it. */
  seen(id: string): void {
    this.#unjournaled.get(id)?.onJournaled();
    this.#unjournaled.delete(id);
  }

  /** Those that stand, oldest first. */
  list(): Alarm[] {
    const journaled = this.#options.show().alarms;
    const known = new Set(journaled.map(({ id }) => id));
    const others = [...this.#unjournaled.values()].map(({ alarm }) => alarm).filter(({ id }) => !known.has(id));
    return [...journaled, ...others].slice(-MAX_STANDING_ALARMS);
  }

  stop(): void {
    this.#journal = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #add(alarm: PartAlarm, onJournaled: () => void): void {
    this.#unjournaled.set(alarm.id, { alarm: { ...alarm, atMs: this.#options.nowMs() }, onJournaled });
    void this.#write();
  }

  /** One after the other, in their order. */
  async #write(): Promise<void> {
    const journal = this.#journal;
    if (journal === null || this.#isWriting || this.#timer !== null) return;
    this.#isWriting = true;
    for (const [id, { alarm, onJournaled }] of this.#unjournaled) {
      const stands = () => this.#unjournaled.has(id);
      if (!(await journal(alarm, stands))) {
        if (!stands()) continue;
        if (this.#journal !== null) this.#timer = setTimeout(() => this.#tryAgain(), RETRY_MS);
        break;
      }
      this.#unjournaled.delete(id);
      onJournaled();
    }
    this.#isWriting = false;
  }

  #tryAgain(): void {
    this.#timer = null;
    void this.#write();
  }
}
