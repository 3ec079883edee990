import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import { monotonicNow } from '../process/clocks.ts';
import type { JournalHead, LedgerBinding } from './ballot-box.ts';
import { BatchTaking } from './batch-taking.ts';
import { unavailable } from './judge-batch.ts';
import { LedgerBond } from './ledger-bond.ts';
import { hasOpened, ledgerFaults } from './ledger-check.ts';
import type { GroupItem, GroupOutcome, GroupReply } from './ledger-group.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { LiveTally, Moment } from './messages.ts';
import { NetworkClearing } from './network-clearing.ts';
import { NetworkTelling } from './network-telling.ts';
import { ReceiptMemory } from './receipt-memory.ts';
import { RunBook } from './run-book.ts';
import { RunRecords } from './run-records.ts';
import { isOfMode, type RunState, tallyOf } from './run-state.ts';

/** Receipts that stand in no ledger and are kept for repeats; about 10 MB. */
const REMEMBERED_RECEIPTS = 50_000;

/**
 * The writer of one mode's ledger. A group of messages is one transaction: either all that it counted is on disk and
 * in the caches, or nothing of it is and its ballots are answered `unavailable`.
 */
export class LedgerWriter {
  readonly mode: Mode;
  readonly #store: LedgerStore;
  readonly #book: RunBook;
  readonly #records: RunRecords;
  readonly #taking: BatchTaking;
  readonly #bond: LedgerBond;
  readonly #receipts = new ReceiptMemory(REMEMBERED_RECEIPTS);
  /** Notes of dead edges that couldn't be written yet: nobody will tell them again. */
  #carried: GroupItem[] = [];
  /** A salt was destroyed, and an old page of the write-ahead log may still hold it. */
  #saltInLog: boolean;
  #error: string | null = null;
  readonly #networks: NetworkTelling;
  readonly #clearing: NetworkClearing;
  /** When the group under way began. */
  #now: MonotonicMs = monotonicNow();

  /** @param store the ledger; it is closed with the writer */
  constructor(mode: Mode, store: LedgerStore) {
    this.mode = mode;
    this.#store = store;
    this.#book = new RunBook(this.#store);
    this.#records = new RunRecords(this.#store, this.#book);
    this.#taking = new BatchTaking({
      mode,
      store,
      book: this.#book,
      records: this.#records,
      receipts: this.#receipts,
    });
    this.#bond = new LedgerBond(this.#store);
    this.#networks = new NetworkTelling(this.#records);
    this.#clearing = new NetworkClearing(this.#store);
    // Whoever was here before may have died between destroying a salt and emptying the log.
    this.#saltInLog = [...this.#book.runs()].some((run) => run.stored.saltDestroyed);
    for (const run of this.#book.runs()) {
      this.#networks.follow(run);
      this.#clearing.follow(run);
    }
    this.probe();
  }

  /** Where the ballots of its runs came from. */
  get networks(): NetworkTelling {
    return this.#networks;
  }

  get hasNetworksToClear(): boolean {
    return this.#clearing.isLeft;
  }

  /** Empties some ballots of archived runs of their networks. Returns false when the disk did not take it; try again later. */
  clearSomeNetworks(): boolean {
    const done = this.#clearing.step();
    if (done === 'finished') {
      // Old pages of the log may still name them.
      this.#saltInLog = true;
      this.#emptyLog();
    }
    return done !== 'failed';
  }

  /** Why the last write failed, or null when it worked. */
  get error(): string | null {
    return this.#error;
  }

  /** Somebody who reads the ledger keeps the log from being emptied: call `apply` again soon, also with nothing to do. */
  get holdsDestroyedSalt(): boolean {
    return this.#saltInLog;
  }

  /** As the file says. */
  get binding(): LedgerBinding {
    return { ...this.#bond.onDisk, holdsRuns: [...this.#book.runs()].some(hasOpened) };
  }

  journalIs(head: JournalHead): void {
    this.#bond.journalIs(head);
  }

  allLive(): LiveTally[] {
    return [...this.#book.runs()].map((run) => this.#live(run, run.stored.total));
  }

  /** Tries to write while the disk takes nothing, since without a ballot nobody else would find out that it does again. */
  probe(): GroupOutcome {
    return this.apply([], { touch: true });
  }

  /** Does what of these messages concerns this mode, in their order. Throws only what a bug causes. */
  apply(items: readonly GroupItem[], { touch }: { touch: boolean }): GroupOutcome {
    const group = [...this.#carried, ...items];
    const replies: GroupReply[] = [];
    const acknowledged = new Map<RunState, number>();
    this.#now = monotonicNow();
    const startedMs = performance.now();
    let writeFsyncMs = 0;
    try {
      this.#store.begin();
      if (touch) this.#store.touch();
      for (const item of group) this.#do(item, { replies, acknowledged });
      if (this.#store.wrote && this.#bond.isBehind) this.#bond.write();
      writeFsyncMs = this.#store.commit();
    } catch (error) {
      this.#store.rollback();
      this.#book.undo();
      this.#receipts.dropFresh();
      const trouble = this.#store.troubleOf(error);
      if (trouble === null) throw error;
      this.#error = `The ${this.mode} ledger can't be written (${trouble}).`;
      return this.#refuse(group);
    }
    const tookMs = performance.now() - startedMs;
    const touched = this.#book.keep();
    for (const run of touched) {
      this.#networks.changed(run);
      this.#clearing.follow(run);
    }
    this.#receipts.keepFresh();
    this.#carried = [];
    if (this.#store.wrote) {
      this.#error = null;
      this.#bond.keep();
      this.#store.share();
    }
    this.#emptyLog();
    for (const item of group) this.#addMoment(item, replies);
    const live = [...touched].map((run) => this.#live(run, acknowledged.get(run) ?? 0));
    const ballots = this.#store.wrote ? this.#ballotsIn(group) : 0;
    return { replies, live, commit: ballots === 0 ? null : { ballots, tookMs, writeFsyncMs } };
  }

  close(): void {
    this.#store.close();
  }

  #do(item: GroupItem, out: { replies: GroupReply[]; acknowledged: Map<RunState, number> }): void {
    switch (item.t) {
      case 'rules':
        for (const rule of item.rules) if (rule.mode === this.mode) this.#learn(rule);
        return;
      case 'submit':
        this.#taking.submit(item, { counted: out.acknowledged, now: this.#now });
        return;
      case 'unknown':
        this.#taking.noteUnknown(item, { deltas: item.deltas, atMs: item.atMs, now: this.#now });
        return;
      case 'seal':
        if (this.#owns(item.runId)) {
          out.replies.push({ t: 'sealed', ref: item.ref, sealed: this.#records.seal(item.runId, item.atMs) });
        }
        return;
      case 'destroy-salt':
        if (this.#owns(item.runId)) {
          this.#destroySalt(item.runId, item.atMs);
          out.replies.push({ t: 'destroyed', ref: item.ref });
        }
        return;
      case 'bind':
        if (item.mode !== this.mode) return;
        out.replies.push(this.#bind(item));
        if (this.#bond.isBehind) this.#bond.write();
        return;
      case 'moment':
        return;
    }
  }

  #bind({ ref, known }: Extract<GroupItem, { t: 'bind' }>): GroupReply {
    const { showId } = this.#bond.onDisk;
    const runOf = (runId: string) => this.#book.known(runId);
    const faults = ledgerFaults({ store: this.#store, runOf, runs: () => this.#book.runs(), showId }, known);
    this.#taking.lacks(new Set(faults.flatMap(({ lacking }) => lacking)));
    // What does not hold is not made to look as if it did; it names its show where it did so before.
    if (faults.length === 0 || showId === known.showId) this.#bond.adopt(known.showId);
    return { t: 'bound', ref, faults };
  }

  /** The group failed: every ballot of this mode hears so, also those that an earlier message had judged already. */
  #refuse(group: readonly GroupItem[]): GroupOutcome {
    const replies: GroupReply[] = [];
    const message = this.#error ?? '';
    const touched = new Set<RunState>();
    for (const item of group) {
      if (item.t === 'submit') {
        item.batch.ballots.forEach((ballot, i) => {
          if (ballot[1] === this.mode) item.answers[i] = unavailable();
        });
      } else if (item.t === 'rules') {
        // Rules live in memory only, so they hold all the same.
        for (const rule of item.rules) if (rule.mode === this.mode) touched.add(this.#book.learn(rule));
      } else if ((item.t === 'seal' || item.t === 'destroy-salt') && this.#owns(item.runId)) {
        replies.push({ t: 'unavailable', ref: item.ref, message });
      } else if (item.t === 'bind' && item.mode === this.mode) {
        replies.push(this.#bind(item));
      }
      this.#addMoment(item, replies);
    }
    this.#carried = group.filter((item) => item.t === 'unknown');
    return { replies, live: [...touched].map((run) => this.#live(run, 0)), commit: null };
  }

  #learn(rule: RunRule): void {
    const run = this.#book.learn(rule);
    if (rule.intake === 'open' && !this.#taking.lacking.has(run.runId)) this.#records.ensureSalt(run);
  }

  #destroySalt(runId: RunId, atMs: number): void {
    if (!this.#records.destroySalt(runId, atMs)) return;
    this.#receipts.forget(runId);
    this.#saltInLog = true;
  }

  #emptyLog(): void {
    if (!this.#saltInLog) return;
    try {
      this.#saltInLog = !this.#store.emptyLog();
    } catch (error) {
      if (this.#store.troubleOf(error) === null) throw error;
    }
  }

  #addMoment(item: GroupItem, replies: GroupReply[]): void {
    if (item.t !== 'moment' || !this.#owns(item.runId)) return;
    const run = this.#book.get(item.runId);
    const { sealed, head, lastBatch } = run.stored;
    const moment: Moment = {
      runId: item.runId,
      lastBatch,
      head: sealed?.head ?? head,
      headBatch: sealed?.batch ?? lastBatch,
      live: tallyOf(run),
    };
    replies.push({ t: 'moment', ref: item.ref, moment });
  }

  #live(run: RunState, acknowledged: number): LiveTally {
    const { head, lastBatch: link } = run.stored;
    return { runId: run.runId, tally: tallyOf(run), head, link, acknowledged };
  }

  #ballotsIn(group: readonly GroupItem[]): number {
    let count = 0;
    for (const item of group) {
      if (item.t !== 'submit') continue;
      for (const [, mode] of item.batch.ballots) if (mode === this.mode) count += 1;
    }
    return count;
  }

  #owns(runId: string): runId is RunId {
    return isOfMode(runId, this.mode);
  }
}
