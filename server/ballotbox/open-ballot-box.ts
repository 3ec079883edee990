import { Worker } from 'node:worker_threads';
import type { EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { CarriedAnswers } from '../backplane/batch-text.ts';
import { monotonicNow } from '../process/clocks.ts';
import { siblingModule } from '../process/sibling-module.ts';
import { StorageError } from '../storage/storage-error.ts';
import type {
  BallotBox,
  JournalHead,
  KnownRun,
  KnownShow,
  LedgerBinding,
  LedgerFault,
  LiveCount,
  NewlySealed,
  RecountResult,
  ToldNetworks,
  UnreadBatch,
} from './ballot-box.ts';
import { CommitFigures } from './commit-figures.ts';
import type {
  FromAuditor,
  FromWriter,
  LedgerPaths,
  LiveTally,
  Moment,
  RecountRequest,
  ToWriter,
  WriterReply,
} from './messages.ts';
import { modeOfRun, newRunState, tallyOf } from './run-state.ts';

/** Where ballots came from is an audience's matter and not kept for longer than somebody looks at it. */
const RUNS_WITH_NETWORKS = 8;

export interface BallotBoxOptions {
  /** The file of each mode's ledger; made where it is missing. */
  ledgers: Record<Mode, string>;
  /** Core time, epoch ms: when something was committed. */
  now: () => number;
}

/** `unavailable`: the disk takes no write; nothing was done and the same call may be made again. `closed`: the box is closed. */
export class BallotBoxError extends Error {
  readonly code: 'unavailable' | 'closed' | 'recount-failed';

  constructor(code: BallotBoxError['code'], message: string) {
    super(message);
    this.name = 'BallotBoxError';
    this.code = code;
  }
}

/**
 * Opens both ledgers and starts the writer and the auditor thread. `seal` and `destroySalt` reject with
 * `BallotBoxError` `unavailable` while the disk takes no write, `recount` with `recount-failed` where the ledger can't
 * be read. When a thread dies, the process dies with it: its counts could no longer be trusted, and the supervisor
 * starts the core again from the ledger.
 *
 * @throws StorageError when a ledger is newer than this program, damaged, or can't be opened
 */
export async function openBallotBox({ ledgers, now }: BallotBoxOptions): Promise<BallotBox> {
  const workerData: LedgerPaths = { ledgers };
  const writer = new Worker(siblingModule(import.meta.url, './ballot-writer'), { workerData });
  const ready = await firstWord(writer);
  const auditor = new Worker(siblingModule(import.meta.url, './ballot-auditor'), { workerData });
  return new BallotBoxHandle({ writer, auditor, now, ready });
}

/** The writer's first message; it comes when both ledgers are open and folded. */
function firstWord(writer: Worker): Promise<Extract<FromWriter, { t: 'ready' }>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number): void => reject(new Error(`the ballot writer ended with ${code} before it was ready`));
    writer.once('error', reject);
    writer.once('exit', ended);
    writer.once('message', (message: FromWriter) => {
      writer.off('error', reject);
      writer.off('exit', ended);
      if (message.t === 'ready') resolve(message);
      else if (message.t === 'failed') reject(new StorageError(message.code, message.message));
      else reject(new Error(`the ballot writer began with ${message.t}`));
    });
  });
}

/** Somebody waiting for a worker's reply. */
interface Waiting<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** The main-thread side: numbers the questions, keeps the live counters, hands the answers back. */
class BallotBoxHandle implements BallotBox {
  readonly bindings: Readonly<Record<Mode, LedgerBinding>>;
  readonly #writer: Worker;
  readonly #auditor: Worker;
  readonly #now: () => number;
  readonly #submits = new Map<number, Waiting<CarriedAnswers> & { ballots: number; sinceMs: number }>();
  readonly #seals = new Map<number, Waiting<NewlySealed>>();
  readonly #destroys = new Map<number, Waiting<void>>();
  readonly #moments = new Map<number, Waiting<Moment>>();
  readonly #binds = new Map<number, Waiting<LedgerFault[]>>();
  readonly #recounts = new Map<number, Waiting<RecountResult>>();
  readonly #live = new Map<RunId, LiveCount>();
  /** Of the runs that were told of last. */
  readonly #networks = new Map<RunId, ToldNetworks>();
  readonly #commits = new CommitFigures();
  #queued = 0;
  #error: string | null;
  #lastRef = 0;
  #closed: Promise<void> | null = null;
  #writerClosed = (): void => {};

  constructor(parts: {
    writer: Worker;
    auditor: Worker;
    now: () => number;
    ready: Extract<FromWriter, { t: 'ready' }>;
  }) {
    this.#writer = parts.writer;
    this.#auditor = parts.auditor;
    this.#now = parts.now;
    this.#error = parts.ready.error;
    this.bindings = parts.ready.bindings;
    this.#takeLive(parts.ready.live);
    this.#writer.on('message', (message: FromWriter) => this.#fromWriter(message));
    this.#auditor.on('message', (message: FromAuditor) => this.#fromAuditor(message));
    this.#dieWith(this.#writer, 'ballot writer');
    this.#dieWith(this.#auditor, 'ballot auditor');
  }

  bind(mode: Mode, known: KnownShow): Promise<LedgerFault[]> {
    return this.#ask(this.#binds, (ref) => ({ t: 'bind', ref, mode, known }), {});
  }

  journalIs(head: JournalHead): void {
    this.#tell({ t: 'journal', head });
  }

  setRules(rules: RunRule[]): void {
    for (const rule of rules) {
      if (this.#live.has(rule.runId)) continue;
      const run = { ...newRunState(rule.runId), rule };
      const { head, lastBatch: link } = run.stored;
      this.#live.set(rule.runId, { tally: tallyOf(run), acknowledged: 0, head, link });
    }
    this.#tell({ t: 'rules', rules, atMs: this.#atMs() });
  }

  async submit(batch: UnreadBatch): Promise<CarriedAnswers> {
    const ballots = batch.batch.count;
    const answers = this.#ask(this.#submits, (ref) => ({ t: 'submit', ref, batch, atMs: this.#atMs() }), {
      ballots,
      sinceMs: performance.now(),
    });
    this.#queued += ballots;
    return answers;
  }

  noteUnknown(edgeId: string, edgeEpoch: string, deltas: EdgeClassDeltas): void {
    this.#tell({ t: 'unknown', edgeId, edgeEpoch, deltas, atMs: this.#atMs() });
  }

  async seal(runId: RunId): Promise<NewlySealed> {
    modeOfRun(runId);
    return this.#ask(this.#seals, (ref) => ({ t: 'seal', ref, runId, atMs: this.#atMs() }), {});
  }

  live(runId: RunId): LiveCount | null {
    return this.#live.get(runId) ?? null;
  }

  networks(runId: RunId): ToldNetworks | null {
    return this.#networks.get(runId) ?? null;
  }

  async recount(runId: RunId, known: KnownRun | null): Promise<RecountResult> {
    modeOfRun(runId);
    const moment = await this.#ask(this.#moments, (ref) => ({ t: 'moment', ref, runId }), {});
    return new Promise((resolve, reject) => {
      const ref = ++this.#lastRef;
      this.#recounts.set(ref, { resolve, reject });
      this.#auditor.postMessage({ ref, moment, known } satisfies RecountRequest);
    });
  }

  async destroySalt(runId: RunId): Promise<void> {
    modeOfRun(runId);
    await this.#ask(this.#destroys, (ref) => ({ t: 'destroy-salt', ref, runId, atMs: this.#atMs() }), {});
    this.#networks.delete(runId);
  }

  vitals(): ReturnType<BallotBox['vitals']> {
    const [head] = this.#submits.values();
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

  async #end(): Promise<void> {
    // The auditor first: whoever closes a ledger last carries its log into it, and a reader can't.
    await this.#auditor.terminate();
    const written = new Promise<void>((resolve) => {
      this.#writerClosed = resolve;
    });
    this.#writer.postMessage({ t: 'close' } satisfies ToWriter);
    await written;
    const failure = new BallotBoxError('closed', 'The ballot box is closed.');
    const waiting = [...this.#recounts.values(), ...this.#moments.values(), ...this.#binds.values()];
    for (const { reject } of waiting) reject(failure);
    await this.#writer.terminate();
  }

  #fromWriter(message: FromWriter): void {
    if (message.t === 'closed') this.#writerClosed();
    if (message.t === 'networks') this.#takeNetworks(message.runs);
    if (message.t !== 'done') return;
    // Counters first: whoever hears an answer finds it counted.
    this.#takeLive(message.live);
    this.#error = message.error;
    for (const commit of message.commits) this.#commits.note(performance.now(), commit);
    for (const reply of message.replies) this.#settle(reply);
  }

  #settle(reply: WriterReply): void {
    switch (reply.t) {
      case 'answers': {
        const waiting = take(this.#submits, reply.ref);
        this.#queued -= waiting.ballots;
        waiting.resolve(reply.answers);
        return;
      }
      case 'sealed':
        take(this.#seals, reply.ref).resolve(reply.sealed);
        return;
      case 'destroyed':
        take(this.#destroys, reply.ref).resolve();
        return;
      case 'moment':
        take(this.#moments, reply.ref).resolve(reply.moment);
        return;
      case 'bound':
        take(this.#binds, reply.ref).resolve(reply.faults);
        return;
      case 'unavailable':
        (this.#seals.has(reply.ref) ? take(this.#seals, reply.ref) : take(this.#destroys, reply.ref)).reject(
          new BallotBoxError('unavailable', reply.message),
        );
        return;
    }
  }

  #fromAuditor(message: FromAuditor): void {
    const waiting = take(this.#recounts, message.ref);
    if (message.t === 'recount') waiting.resolve(message.result);
    else waiting.reject(new BallotBoxError('recount-failed', `The ledger can't be recounted (${message.message}).`));
  }

  #takeNetworks(runs: Extract<FromWriter, { t: 'networks' }>['runs']): void {
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

  #ask<T, E extends object>(
    asked: Map<number, Waiting<T> & E>,
    question: (ref: number) => ToWriter,
    extra: E,
  ): Promise<T> {
    const ref = ++this.#lastRef;
    this.#tell(question(ref));
    return new Promise((resolve, reject) => {
      asked.set(ref, { resolve, reject, ...extra });
    });
  }

  #tell(message: ToWriter): void {
    if (this.#closed !== null) throw new BallotBoxError('closed', 'The ballot box is closed.');
    this.#writer.postMessage(message);
  }

  #atMs(): number {
    return Math.round(this.#now());
  }

  /** Thrown from an event, an error has nobody to catch it: that is meant, see `openBallotBox`. */
  #dieWith(worker: Worker, name: string): void {
    worker.on('error', (cause) => {
      throw new Error(`the ${name} died`, { cause });
    });
    worker.on('exit', (code) => {
      if (this.#closed === null) throw new Error(`the ${name} ended by itself with code ${code}`);
    });
  }
}

function take<T>(asked: Map<number, T>, ref: number): T {
  const waiting = asked.get(ref);
  if (waiting === undefined) throw new Error(`a ballot thread answered ${ref}, which nobody asked`);
  asked.delete(ref);
  return waiting;
}
