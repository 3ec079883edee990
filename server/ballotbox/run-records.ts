import { randomBytes } from 'node:crypto';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { NewlySealed } from './ledger.ts';
import type { LedgerStore } from './ledger-store.ts';
import { NetworkCounts } from './network-counts.ts';
import { networkKeys } from './network-key.ts';
import type { RunBook } from './run-book.ts';
import { type RunState, tallyOf } from './run-state.ts';

const SALT_BYTES = 32;

/** What the ledger keeps of a run besides its chain: its row, its salt, its seal, and who has voted. */
export class RunRecords {
  readonly #store: LedgerStore;
  readonly #book: RunBook;

  constructor(store: LedgerStore, book: RunBook) {
    this.#store = store;
    this.#book = book;
  }

  /** The run's row, made now if it has none. */
  rowOf(run: RunState): number {
    if (run.stored.id !== null) return run.stored.id;
    const id = this.#store.addRun(run.runId, run.stored.head);
    this.#book.change(run, { id });
    return id;
  }

  /** Gives the run a salt if it has none: it is about to take ballots. An archived run gets none. */
  ensureSalt(run: RunState): void {
    if (run.stored.salt === null && !run.stored.saltDestroyed) this.setSalt(run, newSalt());
  }

  setSalt(run: RunState, salt: Buffer): void {
    this.#store.setSalt(this.rowOf(run), salt);
    this.#book.change(run, { salt });
  }

  /** Where the run's ballots came from; null where it has no salt to name networks with. */
  networksOf(run: RunState): NetworkCounts | null {
    const { id, salt } = run.stored;
    if (salt === null) return null;
    if (run.networks === null) {
      const ids = id === null ? null : this.#store.ballotIds(id);
      const read = (from: number, to: number) => (id === null ? [] : this.#store.networks(id, { from, to }));
      run.networks = new NetworkCounts(networkKeys(salt), ids === null ? null : { ids, read });
    }
    return run.networks;
  }

  /** Counts where a ballot came from, and gives how the run names that. The run must have its salt. */
  networkKey(run: RunState, network: string, about: { tokenAgeMs: number; now: MonotonicMs }): Buffer {
    const networks = this.networksOf(run);
    if (networks === null) throw new Error(`run ${run.runId} has no salt to name networks with`);
    if (!run.stored.namesNetworks) {
      this.#store.setNetworks(this.rowOf(run), true);
      this.#book.change(run, { namesNetworks: true });
    }
    return networks.add(network, about);
  }

  seal(runId: RunId, atMs: number): NewlySealed {
    const run = this.#book.get(runId);
    let { sealed } = run.stored;
    if (sealed === null) {
      sealed = { head: run.stored.head, tally: tallyOf(run), batch: run.stored.lastBatch };
      this.#store.seal(this.rowOf(run), { ...sealed, atMs });
      this.#book.change(run, { sealed });
      run.voters = null;
    }
    const { head, tally } = sealed;
    return { head, tally, concentrated: this.networksOf(run)?.concentrated(tally.total) ?? null };
  }

  /** Returns false when the salt had been destroyed before. */
  destroySalt(runId: RunId, atMs: number): boolean {
    const run = this.#book.get(runId);
    if (run.stored.saltDestroyed) return false;
    this.#store.destroySalt(this.rowOf(run), atMs);
    this.#book.change(run, { salt: null, saltDestroyed: true });
    run.networks = null;
    run.voters = null;
    return true;
  }
}

export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES);
}
