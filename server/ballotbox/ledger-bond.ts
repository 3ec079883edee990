import type { JournalHead, LedgerBinding } from './ballot-box.ts';
import type { LedgerStore } from './ledger-store.ts';

const SHOW = 'show';
const JOURNAL = 'journal';

/** What a ledger file says about itself, apart from its runs. */
export type Bond = Omit<LedgerBinding, 'holdsRuns'>;

export function bondIn(meta: ReadonlyMap<string, string>): Bond {
  const journal = meta.get(JOURNAL);
  return {
    showId: meta.get(SHOW) ?? null,
    journal: journal === undefined ? null : (JSON.parse(journal) as JournalHead),
  };
}

/**
 * Which show a ledger belongs to, and how far the journal beside it went. It goes to disk with commits that come anyway; a
 * commit of ballots has nothing to write of it, unless the journal went on meanwhile.
 */
export class LedgerBond {
  readonly #store: LedgerStore;
  #onDisk: Bond;
  #wanted: Bond;
  /** Whether `wanted` holds: a ledger of another show is not told of this one's journal. */
  #isOurs = false;

  constructor(store: LedgerStore) {
    this.#store = store;
    this.#onDisk = bondIn(store.meta());
    this.#wanted = this.#onDisk;
  }

  get onDisk(): Bond {
    return this.#onDisk;
  }

  /** The ledger belongs to this show. */
  adopt(showId: string): void {
    this.#isOurs = true;
    this.#wanted = { ...this.#wanted, showId };
  }

  journalIs(journal: JournalHead): void {
    this.#wanted = { ...this.#wanted, journal };
  }

  get isBehind(): boolean {
    return this.#isOurs && this.#wanted !== this.#onDisk;
  }

  /** In a transaction. */
  write(): void {
    const { showId, journal } = this.#wanted;
    if (showId !== null) this.#store.setMeta(SHOW, showId);
    if (journal !== null) this.#store.setMeta(JOURNAL, JSON.stringify(journal));
  }

  /** What was written is on disk. */
  keep(): void {
    if (this.#isOurs) this.#onDisk = this.#wanted;
  }
}
