import type { EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { CarriedAnswers } from '../backplane/batch-text.ts';
import { monotonicNow } from '../process/clocks.ts';
import type { AnswerOf, Calls } from '../process/worker-calls.ts';
import { WorkerFailed } from '../process/worker-client.ts';
import type {
  BallotBox,
  JournalHead,
  KnownShow,
  LedgerBinding,
  LedgerFault,
  ToldNetworks,
  UnreadBatch,
} from './ballot-box.ts';
import { CommitFigures } from './commit-figures.ts';
import {
  BallotBoxError,
  type KnownRun,
  type LedgerVitals,
  type LiveCount,
  type NewlySealed,
  type RecountResult,
} from './ledger.ts';
import {
  type AuditorCalls,
  type LiveTally,
  UNAVAILABLE,
  type WriterCalls,
  type WriterOpened,
  type WriterWord,
} from './messages.ts';
import { modeOfRun, newRunState, tallyOf } from './run-state.ts';

/** Where ballots came from is an audience's matter and not kept for longer than somebody looks at it. */
const RUNS_WITH_NETWORKS = 8;

/** Whoever answers such calls: a thread's client, or what stands in for the thread. */
export interface Asking<C extends Calls<C>> {
  ask<K extends keyof C>(call: K, ...args: Parameters<C[K]>): Promise<AnswerOf<C[K]>>;
  tell<K extends keyof C>(call: K, ...args: Parameters<C[K]>): void;
  close(): Promise<void>;
  end(): Promise<void>;
}

/** The main thread's side of a ballot box: keeps the live counters, and asks the threads. */
export class BallotBoxHandle implements BallotBox {
  readonly bindings: Readonly<Record<Mode, LedgerBinding>>;
  readonly #writer: Asking<WriterCalls>;
  readonly #auditor: Asking<AuditorCalls>;
  readonly #now: () => number;
  /** Batches without an answer, the oldest first. */
  readonly #waiting = new Set<{ ballots: number; sinceMs: number }>();
  readonly #live = new Map<RunId, LiveCount>();
  /** Of the runs that were told of last. */
  readonly #networks = new Map<RunId, ToldNetworks>();
  readonly #commits = new CommitFigures();
  #queued = 0;
  #error: string | null;
  #closed: Promise<void> | null = null;

  constructor(parts: {
    writer: Asking<WriterCalls>;
    auditor: Asking<AuditorCalls>;
    now: () => number;
    opened: WriterOpened;
  }) {
    this.#writer = parts.writer;
    this.#auditor = parts.auditor;
    this.#now = parts.now;
    this.#error = parts.opened.error;
    this.bindings = parts.opened.bindings;
    this.#takeLive(parts.opened.live);
  }

  bind(mode: Mode, known: KnownShow): Promise<LedgerFault[]> {
    return this.#ask('bind', mode, known);
  }

  journalIs(head: JournalHead): void {
    this.#tell('journalIs', head);
  }

  async setRules(rules: readonly RunRule[]): Promise<void> {
    // Nobody has to wait: what is submitted next comes to the writer behind it.
    this.#tell('setRules', rules, this.#atMs());
    for (const rule of rules) {
      if (this.#live.has(rule.runId)) continue;
      const run = { ...newRunState(rule.runId), rule };
      const { head, lastBatch: link } = run.stored;
      this.#live.set(rule.runId, { tally: tallyOf(run), acknowledged: 0, head, link });
    }
  }

  async submit(batch: UnreadBatch): Promise<CarriedAnswers> {
    const ballots = batch.batch.count;
    const answers = this.#ask('submit', batch, this.#atMs());
    const waiting = { ballots, sinceMs: performance.now() };
    this.#waiting.add(waiting);
    this.#queued += ballots;
    try {
      return await answers;
    } finally {
      this.#waiting.delete(waiting);
      this.#queued -= ballots;
    }
  }

  noteUnknown(edgeId: string, edgeEpoch: string, deltas: EdgeClassDeltas): void {
    this.#tell('noteUnknown', { edgeId, edgeEpoch }, deltas, this.#atMs());
  }

  async seal(runId: RunId): Promise<NewlySealed> {
    modeOfRun(runId);
    return this.#ask('seal', runId, this.#atMs());
  }

  live(runId: RunId): LiveCount | null {
    return this.#live.get(runId) ?? null;
  }

  networks(runId: RunId): ToldNetworks | null {
    return this.#networks.get(runId) ?? null;
  }

  async recount(runId: RunId, known: KnownRun | null): Promise<RecountResult> {
    modeOfRun(runId);
    const moment = await this.#ask('moment', runId);
    try {
      return await this.#auditor.ask('recount', moment, known);
    } catch (error) {
      if (!(error instanceof WorkerFailed)) throw error;
      if (this.#closed !== null) throw closedError();
      throw new BallotBoxError('recount-failed', `The ledger can't be recounted (${error.message}).`);
    }
  }

  async destroySalt(runId: RunId): Promise<void> {
    modeOfRun(runId);
    await this.#ask('destroySalt', runId, this.#atMs());
    this.#networks.delete(runId);
  }

  vitals(): LedgerVitals {
    const [head] = this.#waiting;
    const nowMs = performance.now();
    return {
      queueDepth: this.#queued,
      queueHeadAgeMs: head === undefined ? 0 : Math.round(nowMs - head.sinceMs),
      commits: this.#commits.summary(nowMs),
      writable: this.#error === null,
      error: this.#error,
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  /** What the writer says without being asked, before the answers that come with it: whoever hears one finds it counted. */
  hear(word: WriterWord): void {
    if (word.t === 'networks') {
      this.#takeNetworks(word.runs);
      return;
    }
    this.#takeLive(word.live);
    this.#error = word.error;
    for (const commit of word.commits) this.#commits.note(performance.now(), commit);
  }

  async #end(): Promise<void> {
    // The auditor first: whoever closes a ledger last carries its log into it, and a reader can't.
    await this.#auditor.end();
    await this.#writer.close();
  }

  #takeNetworks(runs: Extract<WriterWord, { t: 'networks' }>['runs']): void {
    const at = monotonicNow();
    for (const { runId, ...networks } of runs) {
      this.#networks.delete(runId);
      this.#networks.set(runId, { ...networks, at });
    }
    for (const runId of this.#networks.keys()) {
      if (this.#networks.size <= RUNS_WITH_NETWORKS) return;
      this.#networks.delete(runId);
    }
  }

  #takeLive(live: readonly LiveTally[]): void {
    for (const { runId, tally, head, link, acknowledged } of live) {
      const before = this.#live.get(runId)?.acknowledged ?? 0;
      this.#live.set(runId, { tally, head, link, acknowledged: before + acknowledged });
    }
  }

  async #ask<K extends keyof WriterCalls>(
    call: K,
    ...args: Parameters<WriterCalls[K]>
  ): Promise<AnswerOf<WriterCalls[K]>> {
    if (this.#closed !== null) throw closedError();
    try {
      return await this.#writer.ask(call, ...args);
    } catch (error) {
      if (error instanceof WorkerFailed && error.code === UNAVAILABLE)
        throw new BallotBoxError('unavailable', error.message);
      throw error;
    }
  }

  #tell<K extends keyof WriterCalls>(call: K, ...args: Parameters<WriterCalls[K]>): void {
    if (this.#closed !== null) throw closedError();
    this.#writer.tell(call, ...args);
  }

  #atMs(): number {
    return Math.round(this.#now());
  }
}

function closedError(): BallotBoxError {
  return new BallotBoxError('closed', 'The ballot box is closed.');
}
