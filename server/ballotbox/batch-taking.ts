import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { EdgeClassDeltas } from '../../shared/protocol/backplane.ts';
import type { Mode } from '../../shared/protocol/ids.ts';
import { newBallotRef } from './ballot-ref.ts';
import { type JudgeBatchOptions, type Judged, judgeBatch, judgeUnknown, type RunPart } from './judge-batch.ts';
import type { SubmitItem } from './ledger-group.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { ReceiptMemory } from './receipt-memory.ts';
import type { RunBook } from './run-book.ts';
import { newSalt, type RunRecords } from './run-records.ts';
import type { RunState } from './run-state.ts';

const CHANCE = { ballotRef: newBallotRef, salt: newSalt };

export interface BatchTakingParts {
  mode: Mode;
  store: LedgerStore;
  book: RunBook;
  records: RunRecords;
  receipts: ReceiptMemory;
}

/** Has batches judged, and stores what comes of them. In a transaction. */
export class BatchTaking {
  readonly #parts: BatchTakingParts;
  #lacking: ReadonlySet<string> = new Set();
  #nextLink: number;

  constructor(parts: BatchTakingParts) {
    this.#parts = parts;
    this.#nextLink = parts.store.lastBatchId() + 1;
  }

  /** Runs whose votes are in another file. */
  get lacking(): ReadonlySet<string> {
    return this.#lacking;
  }

  lacks(runs: ReadonlySet<string>): void {
    this.#lacking = runs;
  }

  /** @param counted how many ballots each run has newly counted; it is added to */
  submit(
    { batch, answers, atMs }: SubmitItem,
    { counted, now }: { counted: Map<RunState, number>; now: MonotonicMs },
  ): void {
    const judged = judgeBatch(batch, answers, this.#known(atMs));
    this.#write(judged, now);
    for (const { run, ballots } of judged.parts) {
      if (ballots.length === 0) continue;
      const state = this.#parts.book.get(run.runId);
      counted.set(state, (counted.get(state) ?? 0) + ballots.length);
    }
  }

  noteUnknown(
    edge: { edgeId: string; edgeEpoch: string },
    { deltas, atMs, now }: { deltas: EdgeClassDeltas; atMs: number; now: MonotonicMs },
  ): void {
    this.#write(judgeUnknown(edge, deltas, this.#known(atMs)), now);
  }

  #known(atMs: number): JudgeBatchOptions {
    const { mode, store, book, receipts } = this.#parts;
    const ledger = { mode, runs: book.all, lacking: this.#lacking, receipts, nextLink: this.#nextLink };
    return { ledger, stored: store, chance: CHANCE, atMs };
  }

  #write({ parts, receipts, nextLink }: Judged, now: MonotonicMs): void {
    this.#nextLink = nextLink;
    for (const part of parts) this.#writePart(part, now);
    if (receipts === null) return;
    for (const [key, answer] of receipts) this.#parts.receipts.add(key, answer);
  }

  #writePart({ run, link: id, ballots, chained, after }: RunPart, now: MonotonicMs): void {
    if (chained === null || after === null) return;
    const { store, book, records } = this.#parts;
    const state = book.get(run.runId);
    const link = { run: records.rowOf(state), id };
    if (after.salt !== null && after.salt !== state.stored.salt) records.setSalt(state, after.salt);
    // Before the first write: what fails below is taken back of this run too.
    book.change(state, after);
    for (const counted of ballots) {
      const [, , , , , , , receivedAtMs, from, tokenMadeAtMs] = counted.ballot;
      const about = { tokenAgeMs: receivedAtMs - (tokenMadeAtMs ?? receivedAtMs), now };
      store.addBallot(link, counted, from === undefined ? null : records.networkKey(state, from, about));
    }
    store.addBatch({ ...chained, run: link.run });
  }
}
