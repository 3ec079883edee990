import type { BallotAnswer } from '../../shared/protocol/backplane.ts';

/**
 * The receipts that stand in no ledger (duplicate, late, ...), so that a repeat of the same ballot hears the same word
 * again. Bounded: the oldest are forgotten first, and are then judged anew.
 */
export class ReceiptMemory {
  readonly #limit: number;
  readonly #kept = new Map<string, BallotAnswer>();
  /** Of the commit under way; forgotten when it fails. */
  readonly #fresh = new Map<string, BallotAnswer>();

  /** @param limit how many receipts are kept at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(key: string): BallotAnswer | null {
    return this.#fresh.get(key) ?? this.#kept.get(key) ?? null;
  }

  add(key: string, answer: BallotAnswer): void {
    this.#fresh.set(key, answer);
  }

  keepFresh(): void {
    for (const [key, answer] of this.#fresh) this.#kept.set(key, answer);
    this.#fresh.clear();
    let excess = this.#kept.size - this.#limit;
    for (const key of this.#kept.keys()) {
      if (excess-- <= 0) break;
      this.#kept.delete(key);
    }
  }

  dropFresh(): void {
    this.#fresh.clear();
  }

  /** Forgets every receipt of a run. */
  forget(runId: string): void {
    const prefix = `${runId} `;
    for (const map of [this.#kept, this.#fresh]) {
      for (const key of map.keys()) if (key.startsWith(prefix)) map.delete(key);
    }
  }
}

/** Client-chosen ids hold no space, so the parts can't run into each other. */
export function receiptKey(runId: string, voterId: string, ballotId: string): string {
  return `${runId} ${voterId} ${ballotId}`;
}
