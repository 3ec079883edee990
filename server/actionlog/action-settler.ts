/**
 * Settles what a browser never told the end of: its tab was closed, or its link dropped before the answer came. The core
 * has the answer to every command, so nobody needs to come back for it.
 */
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import type { ActionRecord, LogOutcome } from '../../shared/protocol/logbook.ts';
import type { OpenAction } from '../storage/logbook-store.ts';

/**
 * From the arrival of the intent. The command leaves the desk with it (100 ms later at most) and is refused when it is
 * older than 2 s: by then asking for its id, which bars one that never came, can't keep a living command from firing.
 */
export const SETTLE_AFTER_MS = 3_000;
const LOOK_EVERY_MS = 500;

export interface ActionSettlerOptions {
  /** Monotonic. */
  nowMs: () => number;
  /** `unavailable`: the journal can't tell yet. */
  lookup: (of: OpenAction) => Promise<CommandLookup | 'unavailable'>;
  write: (of: OpenAction, outcome: LogOutcome) => Promise<unknown>;
  onTrouble: (error: unknown) => void;
}

export class ActionSettler {
  readonly #options: ActionSettlerOptions;
  readonly #open = new Map<string, { of: OpenAction; sinceMs: number }>();
  readonly #timer: NodeJS.Timeout;
  #busy = false;

  constructor(options: ActionSettlerOptions, leftOpen: readonly OpenAction[]) {
    this.#options = options;
    // The command of one that an earlier core left open may still be on its way to this one.
    for (const of of leftOpen) this.#open.set(key(of), { of, sinceMs: options.nowMs() });
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** To be told of every record that was kept. */
  kept(desk: string, actor: string, record: ActionRecord): void {
    if (record.kind === 'intent') {
      const of = { desk, actor, id: record.intent.id };
      this.#open.set(key(of), { of, sinceMs: this.#options.nowMs() });
      return;
    }
    const { id, outcome } = record.outcome;
    if (outcome !== 'unknown') this.#open.delete(key({ desk, id }));
  }

  /** Settles what is old enough; what can't be settled now is tried again. */
  async look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { nowMs, lookup, write, onTrouble } = this.#options;
    try {
      const beforeMs = nowMs() - SETTLE_AFTER_MS;
      for (const [name, { of, sinceMs }] of this.#open) {
        if (sinceMs > beforeMs) continue;
        const answer = await lookup(of);
        // It is asked again.
        if (answer === 'unavailable') continue;
        await write(of, outcomeOf(of.id, answer));
        this.#open.delete(name);
      }
    } catch (error) {
      onTrouble(error);
    } finally {
      this.#busy = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const key = ({ desk, id }: Pick<OpenAction, 'desk' | 'id'>): string => `${desk} ${id}`;

function outcomeOf(id: string, answer: CommandLookup): LogOutcome {
  const settled = { id, latencyMs: null, loggedLate: false, settled: true };
  const nothing = { code: null, message: null, answer: null };
  switch (answer.status) {
    case 'accepted':
      return { ...settled, ...nothing, outcome: 'accepted', answer };
    case 'refused':
      return { ...settled, outcome: 'refused', code: answer.code, message: answer.message, answer };
    case 'never-seen':
      return { ...settled, ...nothing, outcome: 'never-seen' };
  }
}
