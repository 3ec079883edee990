import type { BallotAnswer, BallotBatch, BallotRow, EdgeClassDeltas } from '../../shared/protocol/backplane.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { BallotTaker, TakerSide } from './ballot-taker.ts';

/** Bounds the answer to one batch and the work of one commit; a burst becomes several batches. */
const MAX_ROWS = 500;

/** Who waits for the answer to a ballot. */
export interface BallotSink {
  answered(row: BallotRow, answer: BallotAnswer): void;
}

interface Waiting {
  row: BallotRow;
  sink: BallotSink;
  /** Monotonic ms. */
  sinceMs: number;
}

interface Sent {
  batch: BallotBatch;
  entries: Waiting[];
}

export interface WriteQueueOptions {
  taker: Pick<BallotTaker, 'up' | 'take'>;
  /** Ballots without an answer, waiting or sent, that are held at most. */
  capacity: number;
  monotonicMs: () => number;
  /** Told how long a ballot waited for its answer, ms. */
  onAnswered: (tookMs: number) => void;
}

/**
 * Ballots on their way to the ballot box. What comes while a batch is without its answer waits for it, unless it fills a
 * batch: so a quiet evening sends every ballot at once, and the busier core and disk are, the fewer and larger the batches
 * that cost them. Nothing is given up while the core is dead: what was sent keeps its number and is sent again, what was
 * not waits here.
 */
export class WriteQueue implements TakerSide {
  readonly #options: WriteQueueOptions;
  /** Ballots not yet in a batch, in arrays of at most MAX_ROWS. */
  #waiting: Waiting[][] = [];
  readonly #sent = new Map<number, Sent>();
  #deltas: EdgeClassDeltas = {};
  #depth = 0;
  #nextBatchNo = 1;
  /** Whether a batch is on its way out of the process; a new connection starts a new count. */
  #leaving = false;
  #connection = 0;
  #flushPlanned = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Ballots without an answer. */
  get depth(): number {
    return this.#depth;
  }

  /** Whether the core has answered everything that there was to say. */
  get isEmpty(): boolean {
    return this.#depth === 0 && this.#sent.size === 0 && Object.keys(this.#deltas).length === 0;
  }

  get full(): boolean {
    return this.#depth >= this.#options.capacity;
  }

  /** Ms that the oldest ballot has been without an answer. */
  get headAgeMs(): number {
    const oldest = this.#oldestSent() ?? this.#waiting[0]?.[0];
    return oldest === undefined ? 0 : Math.max(0, Math.round(this.#options.monotonicMs() - oldest.sinceMs));
  }

  /** Attempts refused here that no batch carries yet. */
  get unflushed(): EdgeClassDeltas {
    return this.#deltas;
  }

  /** Takes a ballot; false when the queue is full. */
  offer(row: BallotRow, sink: BallotSink): boolean {
    if (this.full) return false;
    let chunk = this.#waiting.at(-1);
    if (chunk === undefined || chunk.length >= MAX_ROWS) {
      chunk = [];
      this.#waiting.push(chunk);
    }
    chunk.push({ row, sink, sinceMs: this.#options.monotonicMs() });
    this.#depth += 1;
    this.#planFlush();
    return true;
  }

  /** Counts an attempt that the edge refused by itself. It travels with the next batch. */
  countRefused(runId: RunId, refusedAs: 'malformed' | 'rate-limited'): void {
    let run = this.#deltas[runId];
    if (run === undefined) {
      run = {};
      this.#deltas[runId] = run;
    }
    run[refusedAs] = (run[refusedAs] ?? 0) + 1;
  }

  /** Once a second: refused attempts that no ballot has taken along get a batch of their own. */
  sweep(): void {
    if (this.#options.taker.up && this.#waiting.length === 0 && Object.keys(this.#deltas).length > 0) this.#send([]);
  }

  /** Puts everything received so far into batches and sends them, whatever is still on its way out. */
  flushAll(): void {
    while (this.#options.taker.up && this.#waiting.length > 0) this.#send(this.#waiting.shift() ?? []);
    this.sweep();
  }

  cameUp(): void {
    this.#connection += 1;
    this.#leaving = false;
    for (const { batch } of this.#sent.values()) this.#options.taker.take(batch, () => {});
    this.#flush();
  }

  /** An unknown number was answered before, over a connection that has gone since. */
  answered(batchNo: number, answers: readonly BallotAnswer[]): void {
    const sent = this.#sent.get(batchNo);
    if (sent === undefined) return;
    this.#sent.delete(batchNo);
    this.#depth -= sent.entries.length;
    const nowMs = this.#options.monotonicMs();
    this.#flush();
    sent.entries.forEach(({ row, sink, sinceMs }, i) => {
      this.#options.onAnswered(nowMs - sinceMs);
      // A missing answer is a fault of the core; to the viewer it is "not known, send it again".
      sink.answered(row, answers[i] ?? { error: 'unavailable' });
    });
  }

  #oldestSent(): Waiting | undefined {
    for (const sent of this.#sent.values()) {
      if (sent.entries.length > 0) return sent.entries[0];
    }
    return undefined;
  }

  /** At the end of this turn of the loop, so that all ballots that one read brought share a batch. */
  #planFlush(): void {
    if (this.#flushPlanned || !this.#maySend()) return;
    this.#flushPlanned = true;
    setImmediate(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    const entries = this.#maySend() ? this.#waiting.shift() : undefined;
    if (entries !== undefined) this.#send(entries);
  }

  /** One batch leaves this process at a time; one that isn't full waits for the answers to those before. */
  #maySend(): boolean {
    if (this.#leaving || !this.#options.taker.up) return false;
    return this.#sent.size === 0 || (this.#waiting[0]?.length ?? 0) >= MAX_ROWS;
  }

  #send(entries: Waiting[]): void {
    const batchNo = this.#nextBatchNo;
    this.#nextBatchNo += 1;
    const batch: BallotBatch = { t: 'batch', batchNo, ballots: entries.map((e) => e.row), classes: this.#deltas };
    this.#deltas = {};
    this.#sent.set(batchNo, { batch, entries });
    this.#leaving = true;
    const connection = this.#connection;
    this.#options.taker.take(batch, () => {
      if (connection !== this.#connection) return;
      this.#leaving = false;
      this.#flush();
    });
  }
}
