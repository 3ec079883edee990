import type { LedgerStore } from './ledger-store.ts';
import type { RunState } from './run-state.ts';

/** Rows in one step: a few ms. */
const CLEARED_AT_ONCE = 2_000;

/**
 * Takes the networks of archived runs out of their ballots, a few at a time and each time in a transaction of its own: all at once,
 * votes of another run would wait for it. What a crash leaves is found again by `runs.networks`.
 */
export class NetworkClearing {
  readonly #store: LedgerStore;
  /** With the ids that are left; null: not looked at yet. */
  readonly #runs = new Map<RunState, { next: number; last: number } | null>();

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  get isLeft(): boolean {
    return this.#runs.size > 0;
  }

  /** To be told of a run once what changed of it is on disk. */
  follow(run: RunState): void {
    if (run.stored.saltDestroyed && run.stored.namesNetworks && !this.#runs.has(run)) this.#runs.set(run, null);
  }

  /** `finished`: a run names none any more. `failed`: the disk did not take it; try again later. Throws only what a bug causes. */
  step(): 'more' | 'finished' | 'failed' {
    for (const [run, stands] of this.#runs) {
      if (run.stored.id === null) continue;
      try {
        return this.#clear(run, { row: run.stored.id, stands });
      } catch (error) {
        this.#store.rollback();
        if (this.#store.troubleOf(error) === null) throw error;
        return 'failed';
      }
    }
    return 'more';
  }

  #clear(
    run: RunState,
    { row, stands }: { row: number; stands: { next: number; last: number } | null },
  ): 'more' | 'finished' {
    this.#store.begin();
    const ids = stands === null ? this.#store.ballotIds(row) : null;
    const { next, last } = stands ?? { next: ids?.first ?? 0, last: ids?.last ?? -1 };
    const to = Math.min(last, next + CLEARED_AT_ONCE - 1);
    this.#store.clearNetworks(row, { from: next, to });
    if (to >= last) this.#store.setNetworks(row, false);
    this.#store.commit();
    if (to < last) {
      this.#runs.set(run, { next: to + 1, last });
      return 'more';
    }
    run.stored = { ...run.stored, namesNetworks: false };
    this.#runs.delete(run);
    return 'finished';
  }
}
