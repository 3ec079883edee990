import { randomBytes } from 'node:crypto';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { SealedRun } from './ballot-box.ts';
import { type Cast, type LedgerStore, NOTHING_CAST } from './ledger-store.ts';
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

  /**
   * What the voter has cast in this run, and the receipt of this ballot if it is among it. A voter who can't have cast any
   * costs neither a hash nor a look into the ledger.
   */
  castBy(run: RunState, voterId: string, ballotId: string): Cast {
    const { id, salt } = run.stored;
    if (id === null || salt === null || run.voters?.has(voterId) === false) return NOTHING_CAST;
    return this.#store.cast(id, this.voterKey(run, voterId), ballotId);
  }

  seal(runId: RunId, atMs: number): SealedRun {
    const run = this.#book.get(runId);
    if (run.stored.sealed === null) {
      this.#book.touch(run);
      const sealed = { head: run.stored.head, tally: tallyOf(run), batch: run.stored.lastBatch };
      this.#store.seal(this.rowOf(run), { ...sealed, atMs });
      run.stored.sealed = sealed;
      run.voters = null;
    }
    return { head: run.stored.sealed.head, tally: run.stored.sealed.tally };
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
    run.voters = null;
    return true;
  }
}
