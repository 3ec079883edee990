/** Settles what the window never heard an answer to: asks the core for the command's id and writes what it says. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import type { LogEntry, LogOutcome } from '../../shared/protocol/logbook.ts';
import { LookUpRefused, LookUpUndecided } from './core-client.ts';
import { log, wordsOf } from './main-log.ts';
import { respawnDelayMs } from './respawn-delay.ts';

/** By then the window has its answer or has given up (2 s), and the core refuses the command as too old (2 s). */
export const SETTLE_AFTER_MS = 3_000;
/** Between two looks while something is open. */
const LOOK_EVERY_MS = 1_000;

export interface SettlementOptions {
  /** Entries without a definite outcome, oldest first. */
  open: () => Promise<LogEntry[]>;
  write: (outcome: LogOutcome) => Promise<void>;
  /** Asks the server that the command was sent to. */
  lookUp: (entry: LogEntry) => Promise<CommandLookup>;
}

export class Settlement {
  readonly #options: SettlementOptions;
  /**
   * When each open entry was met first, on this process's monotonic clock. An entry's own time is the page's, and says nothing of
   * its age once somebody has set the wall clock: by it every command would be asked about, and barred, before it came.
   */
  #metAtMs = new Map<string, number>();
  #running = false;
  #woken = false;
  #stopped = false;

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Looks until nothing is open any more, however long the core takes to come back. Cheap to call again while it does. */
  wake(): void {
    this.#woken = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#untilNothingIsOpen()
      .catch((error) => log('error', 'Settling the log stopped.', { reason: wordsOf(error) }))
      .finally(() => {
        this.#running = false;
      });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #untilNothingIsOpen(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      this.#woken = false;
      try {
        let undecided: string | null = null;
        for (const entry of this.#oldEnough(await this.#options.open())) {
          if (this.#stopped) return;
          undecided = (await this.#settle(entry)) ?? undecided;
        }
        // Those that can be settled have been by now; the others wait until the core can say it.
        if (undecided !== null) throw new LookUpUndecided(undecided);
        failures = 0;
        if ((await this.#options.open()).length === 0 && !this.#woken) return;
        await delay(LOOK_EVERY_MS);
      } catch (error) {
        failures += 1;
        // Said once: the core may be away for long, and this goes on until it answers.
        if (failures === 1) log('warn', 'Open actions wait for the core; asking on.', { reason: wordsOf(error) });
        await delay(respawnDelayMs(failures));
      }
    }
  }

  #oldEnough(open: readonly LogEntry[]): readonly LogEntry[] {
    const nowMs = performance.now();
    this.#metAtMs = new Map(open.map(({ id }) => [id, this.#metAtMs.get(id) ?? nowMs]));
    return open.filter(({ id }) => nowMs - (this.#metAtMs.get(id) ?? nowMs) >= SETTLE_AFTER_MS);
  }

  /** @returns why the core can't say yet what became of it; null where nothing is left to ask */
  async #settle(entry: LogEntry): Promise<string | null> {
    let lookup: CommandLookup;
    try {
      lookup = await this.#options.lookUp(entry);
    } catch (error) {
      if (error instanceof LookUpUndecided) return error.message;
      if (!(error instanceof LookUpRefused)) throw error;
      // The core is there but can't say anything about this one; the others must not wait behind it.
      log('error', 'The core gives no answer for an open action.', { id: entry.id, reason: error.message });
      return null;
    }
    await this.#options.write(outcomeOf(entry, lookup));
    return null;
  }
}

function outcomeOf(entry: LogEntry, lookup: CommandLookup): LogOutcome {
  const settled = { id: entry.id, latencyMs: null, loggedLate: entry.loggedLate, settled: true };
  switch (lookup.status) {
    case 'accepted':
      return { ...settled, outcome: 'accepted', code: null, message: null, answer: lookup };
    case 'refused':
      return { ...settled, outcome: 'refused', code: lookup.code, message: lookup.message, answer: lookup };
    case 'never-seen':
      return { ...settled, outcome: 'never-seen', code: null, message: null, answer: null };
  }
}
