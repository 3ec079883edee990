import { type ClassDeltas, classesText, linkHash } from './ledger-chain.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { RunBook } from './run-book.ts';
import type { RunRecords } from './run-records.ts';
import type { RunState } from './run-state.ts';

/** What names a batch for good. Number 0, which no edge uses, stands for what a dead edge left behind. */
export interface BatchName {
  edgeId: string;
  edgeEpoch: string;
  batchNo: number;
}

/** What one batch does to one run: a link of its chain in the making. */
export interface OpenLink {
  id: number;
  /** The run has this batch already: nothing may be counted again. */
  repeated: boolean;
  deltas: ClassDeltas;
  /** Of its ballots, as `ballotLine` writes them. */
  lines: string[];
}

/** The links that one batch adds, one for each run it touches. */
export interface BatchLinks {
  linkOf: (run: RunState) => OpenLink;
  /** Writes the links; those that count nothing are left out. */
  close: (atMs: number) => void;
}

export function count(link: OpenLink, name: keyof ClassDeltas, by: number): void {
  link.deltas[name] = (link.deltas[name] ?? 0) + by;
}

/** Gives out link numbers, which count up over all runs of a ledger (a failed group leaves a gap), and writes links. */
export class ChainLinks {
  readonly #store: LedgerStore;
  readonly #book: RunBook;
  readonly #records: RunRecords;
  #next: number;

  constructor(parts: { store: LedgerStore; book: RunBook; records: RunRecords }) {
    this.#store = parts.store;
    this.#book = parts.book;
    this.#records = parts.records;
    this.#next = this.#store.lastBatchId() + 1;
  }

  open(batch: BatchName): BatchLinks {
    const links = new Map<RunState, OpenLink>();
    return {
      linkOf: (run) => {
        const open = links.get(run);
        if (open !== undefined) return open;
        const repeated = run.stored.id !== null && this.#store.hasBatch(run.stored.id, batch);
        const link: OpenLink = { id: repeated ? 0 : this.#next++, repeated, deltas: {}, lines: [] };
        links.set(run, link);
        return link;
      },
      close: (atMs) => {
        for (const [run, link] of links) this.#close(run, link, { batch, atMs });
      },
    };
  }

  #close(run: RunState, link: OpenLink, { batch, atMs }: { batch: BatchName; atMs: number }): void {
    if (link.repeated || Object.values(link.deltas).every((n) => n === 0)) return;
    const { edgeId, edgeEpoch, batchNo } = batch;
    const fields = { edgeId, edgeEpoch, batchNo, committedAtMs: atMs, classes: classesText(link.deltas) };
    const prev = run.stored.head;
    const hash = linkHash(prev, { runId: run.runId, ...fields }, link.lines);
    this.#book.touch(run);
    this.#store.addBatch({ id: link.id, run: this.#records.rowOf(run), prev, hash, ...fields });
    run.stored.head = hash;
    run.stored.lastBatch = link.id;
  }
}
