/** Asks the right server what became of a logged action: only the one that it was sent to can know. */
import type { CommandLookup } from '../../shared/protocol/commands.ts';
import type { LogEntry } from '../../shared/protocol/logbook.ts';
import { type CoreClient, LookUpRefused, SessionEnded } from './core-client.ts';

export interface LookupsOptions {
  own: CoreClient;
  /** Asks the other server in use. */
  other: CoreClient;
  /** Address of the other server in use, or null. */
  remote: () => string | null;
}

export class Lookups {
  readonly #options: LookupsOptions;
  #otherEnded = false;

  constructor(options: LookupsOptions) {
    this.#options = options;
  }

  /** Another server is in use, or this machine's has been started anew. */
  forget(): void {
    this.#otherEnded = false;
    this.#options.own.forget();
    this.#options.other.forget();
  }

  /** False for actions on a server that this desk has left, or that no longer knows it: they stay open in the log. */
  canAsk({ server }: LogEntry): boolean {
    return server === undefined || (server === this.#options.remote() && !this.#otherEnded);
  }

  /** @throws LookUpRefused where this entry can't be settled; LookUpUndecided where it can't be yet; another error when its server can't be reached */
  async lookUp(entry: LogEntry): Promise<CommandLookup> {
    const { own, other } = this.#options;
    if (!this.canAsk(entry)) throw new LookUpRefused('This desk has no session on that server any more.');
    if (entry.server === undefined) return own.lookUp(entry.id);
    try {
      return await other.lookUp(entry.id);
    } catch (error) {
      if (!(error instanceof SessionEnded)) throw error;
      this.#otherEnded = true;
      throw new LookUpRefused(error.message);
    }
  }
}
