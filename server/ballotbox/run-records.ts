import { randomBytes } from 'node:crypto';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { NewlySealed } from './ballot-box.ts';
import { type Cast, type LedgerStore, NOTHING_CAST } from './ledger-store.ts';
import { NetworkCounts } from './network-counts.ts';
import { networkKeys } from './network-key.ts';
import type { RunBook } from './run-book.ts';
import { type RunState, tallyOf } from './run-state.ts';
import { voterKeys } from './voter-key.ts';

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
    if (run.stored.id === null) {
      this.#book.touch(run);
      run.stored.id = this.#store.addRun(run.runId, run.stored.head);
    }
    return run.stored.id;
  }

  /** Makes the run's salt if it has none: it takes ballots, or is about to. An archived run gets none. */
  ensureSalt(run: RunState): void {
    if (run.stored.salt !== null || run.stored.saltDestroyed) return;
    this.#book.touch(run);
    const salt = randomBytes(SALT_BYTES);
    this.#store.setSalt(this.rowOf(run), salt);
    run.stored.salt = salt;
  }

  /** How the run names this voter. The run must have its salt. */
  voterKey(run: RunState, voterId: string): Buffer {
    if (run.keyOf === null) {
      if (run.stored.salt === null) throw new Error(`run ${run.runId} has no salt to name voters with`);
      run.keyOf = voterKeys(run.stored.salt);
    }
    return run.keyOf(voterId);
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
      this.#book.touch(run);
      this.#store.setNetworks(this.rowOf(run), true);
      run.stored.namesNetworks = true;
    }
    return networks.add(network, about);
  }

  /**
   * What the voter has cast in this run, and the receipt of this ballot if it is among it. A voter who can't have cast any
   * costs neither a hash nor a look into the ledger.
   */
  castBy(run: RunState, voterId: string, ballotId: string): Cast {
    const { id, salt } = run.stored;
    if (id === null || salt === null || run.voters?.has(voterId) === false) return NOTHING_CAST;
    return this.#store.cast(id, this.voterKey(run, voterId), ballotId);
  }

  seal(runId: RunId, atMs: number): NewlySealed {
    const run = this.#book.get(runId);
    if (run.stored.sealed === null) {
      this.#book.touch(run);
      const sealed = { head: run.stored.head, tally: tallyOf(run), batch: run.stored.lastBatch };
      this.#store.seal(this.rowOf(run), { ...sealed, atMs });
      run.stored.sealed = sealed;
      run.voters = null;
    }
    const { head, tally } = run.stored.sealed;
    return { head, tally, concentrated: this.networksOf(run)?.concentrated(tally.total) ?? null };
  }

  /** Returns false when the salt had been destroyed before. */
  destroySalt(runId: RunId, atMs: number): boolean {
    const run = this.#book.get(runId);
    if (run.stored.saltDestroyed) return false;
    this.#book.touch(run);
    this.#store.destroySalt(this.rowOf(run), atMs);
    run.stored.salt = null;
    run.stored.saltDestroyed = true;
    run.keyOf = null;
    run.networks = null;
    run.voters = null;
    return true;
  }
}
