import { judge } from '../../shared/domain/judge.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { BallotAnswer, BallotRow, RunRule } from '../../shared/protocol/backplane.ts';
import { type Mode, type RunId, runIdOf } from '../../shared/protocol/ids.ts';
import { monotonicNow } from '../process/clocks.ts';
import { isDiskTrouble } from '../storage/open-database.ts';
import type { JournalHead, LedgerBinding, SubmittedBatch } from './ballot-box.ts';
import { newBallotRef } from './ballot-ref.ts';
import { type BatchLinks, ChainLinks, count, type OpenLink } from './chain-links.ts';
import type { Commit } from './commit-figures.ts';
import { LedgerBond } from './ledger-bond.ts';
import { ballotLine } from './ledger-chain.ts';
import { hasOpened, ledgerFaults } from './ledger-check.ts';
import { LedgerStore } from './ledger-store.ts';
import type { LiveTally, Moment, ToWriter, WriterReply } from './messages.ts';
import { NetworkClearing } from './network-clearing.ts';
import { NetworkTelling } from './network-telling.ts';
import { ReceiptMemory, receiptKey } from './receipt-memory.ts';
import { RunBook } from './run-book.ts';
import { RunRecords } from './run-records.ts';
import { type RunState, tallyOf } from './run-state.ts';

/** Receipts that stand in no ledger and are kept for repeats; about 10 MB. */
const REMEMBERED_RECEIPTS = 50_000;
const PAUSED_RETRY_MS = 2_000;
const UNAVAILABLE_RETRY_MS = 1_000;

/** A message of the group; `answers` is the batch's list of answers, shared by both ledgers, each filling its own places. */
export type GroupItem = Exclude<ToWriter, { t: 'close' | 'submit' | 'journal' }> | SubmitItem;
export interface SubmitItem {
  t: 'submit';
  ref: number;
  batch: SubmittedBatch;
  atMs: number;
  answers: BallotAnswer[];
}

export interface GroupOutcome {
  replies: WriterReply[];
  live: LiveTally[];
  /** Null: no ballot was in it, or nothing was written. */
  commit: Commit | null;
}

/**
 * The writer of one mode's ledger. A group of messages is one transaction: either all that it counted is on disk and
 * in the caches, or nothing of it is and its ballots are answered `unavailable`.
 */
export class LedgerWriter {
  readonly mode: Mode;
  readonly #store: LedgerStore;
  readonly #book: RunBook;
  readonly #records: RunRecords;
  readonly #links: ChainLinks;
  readonly #bond: LedgerBond;
  /** Runs whose votes are in another file: one of them counted or sealed here would make that file wrong for good. */
  #lacking: ReadonlySet<string> = new Set();
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

  /** @throws StorageError when the ledger can't be opened */
  constructor(mode: Mode, path: string) {
    this.mode = mode;
    this.#store = new LedgerStore(path);
    this.#book = new RunBook(this.#store);
    this.#records = new RunRecords(this.#store, this.#book);
    this.#links = new ChainLinks({ store: this.#store, book: this.#book, records: this.#records });
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
    const replies: WriterReply[] = [];
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
      if (!isDiskTrouble(error)) throw error;
      this.#error = `The ${this.mode} ledger can't be written (${error.code}: ${error.message}).`;
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

  #do(item: GroupItem, out: { replies: WriterReply[]; acknowledged: Map<RunState, number> }): void {
    switch (item.t) {
      case 'rules':
        for (const rule of item.rules) if (rule.mode === this.mode) this.#learn(rule);
        return;
      case 'submit':
        this.#submit(item, out.acknowledged);
        return;
      case 'unknown':
        this.#noteUnknown(item);
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

  #bind({ ref, known }: Extract<ToWriter, { t: 'bind' }>): WriterReply {
    const { showId } = this.#bond.onDisk;
    const runOf = (runId: string) => this.#book.known(runId);
    const faults = ledgerFaults({ store: this.#store, runOf, runs: () => this.#book.runs(), showId }, known);
    this.#lacking = new Set(faults.flatMap(({ lacking }) => lacking));
    // What does not hold is not made to look as if it did; it names its show where it did so before.
    if (faults.length === 0 || showId === known.showId) this.#bond.adopt(known.showId);
    return { t: 'bound', ref, faults };
  }

  /** The group failed: every ballot of this mode hears so, also those that an earlier message had judged already. */
  #refuse(group: readonly GroupItem[]): GroupOutcome {
    const replies: WriterReply[] = [];
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
    if (rule.intake === 'open' && !this.#lacking.has(run.runId)) this.#records.ensureSalt(run);
  }

  #submit({ batch, atMs, answers }: SubmitItem, acknowledged: Map<RunState, number>): void {
    const links = this.#links.open(batch);
    batch.ballots.forEach((ballot, i) => {
      if (ballot[1] !== this.mode) return;
      const { answer, first } = this.#answer(ballot, links);
      answers[i] = answer;
      if (first !== null) acknowledged.set(first, (acknowledged.get(first) ?? 0) + 1);
    });
    for (const [runId, counts] of Object.entries(batch.classes)) {
      const run = this.#countable(runId);
      if (run === null) continue;
      const link = links.linkOf(run);
      count(link, 'malformed', counts.malformed ?? 0);
      count(link, 'rate-limited', counts['rate-limited'] ?? 0);
    }
    links.close(atMs);
  }

  /** `first`: the run whose count went up by this answer, or null. */
  #answer(ballot: BallotRow, links: BatchLinks): { answer: BallotAnswer; first: RunState | null } {
    const [voterId, mode, ballotId, pollId, round, choice, , receivedAtMs] = ballot;
    const runId = runIdOf(pollId, mode, round);
    const key = receiptKey(runId, voterId, ballotId);
    // What was cast before is not known here either: even `late` could be wrong.
    if (this.#lacking.has(runId)) return { answer: unavailable(), first: null };
    const told = this.#receipts.find(key);
    if (told !== null) return { answer: told, first: null };

    const run = this.#book.known(runId);
    if (run === null) {
      // A run that nobody told of leaves nothing on disk: made-up ids must not fill it.
      return { answer: this.#remember(key, { status: 'not-eligible', atMs: receivedAtMs }), first: null };
    }
    const { slots, ref, receivedAtMs: countedAtMs } = this.#records.castBy(run, voterId, ballotId);
    if (ref !== null && countedAtMs !== null) {
      return { answer: { status: 'accepted', ref, atMs: countedAtMs }, first: null };
    }

    const { id, sealed, saltDestroyed } = run.stored;
    const facts = { rule: run.rule, inLedger: id !== null, sealed: sealed !== null, saltDestroyed };
    const verdict = judge({ choice, receivedAtMs }, facts, slots);
    if (verdict === 'paused') return { answer: { error: 'paused', retryAfterMs: PAUSED_RETRY_MS }, first: null };
    if (verdict === 'unavailable') return { answer: unavailable(), first: null };
    const link = links.linkOf(run);
    if (verdict === 'accepted') {
      // This batch's link is closed, so the ballot has to come in another batch; the viewer is told to send it again.
      if (link.repeated) return { answer: unavailable(), first: null };
      return { answer: this.#accept(run, { ballot, link, slot: slots + 1 }), first: run };
    }
    count(link, verdict, 1);
    if (verdict === 'malformed') return { answer: { error: 'malformed' }, first: null };
    return { answer: this.#remember(key, { status: verdict, atMs: receivedAtMs }), first: null };
  }

  #accept(run: RunState, { ballot, link, slot }: { ballot: BallotRow; link: OpenLink; slot: number }): BallotAnswer {
    const [voterId, , ballotId, , , choice, castAtMs, receivedAtMs, from, tokenMadeAtMs] = ballot;
    this.#book.touch(run);
    this.#records.ensureSalt(run);
    const voter = this.#records.voterKey(run, voterId);
    const ref = newBallotRef();
    const row = { voter, slot, ballotId, ref, choice: JSON.stringify(choice), receivedAtMs, castAtMs };
    const about = { tokenAgeMs: receivedAtMs - (tokenMadeAtMs ?? receivedAtMs), now: this.#now };
    const network = from === undefined ? null : this.#records.networkKey(run, from, about);
    this.#store.addBallot(this.#records.rowOf(run), link.id, { ...row, network });
    link.lines.push(ballotLine(row));
    count(link, 'counted', 1);
    run.voters?.add(voterId);
    run.stored.total += 1;
    for (const option of choice) run.stored.counts.set(option, (run.stored.counts.get(option) ?? 0) + 1);
    return { status: 'accepted', ref, atMs: receivedAtMs };
  }

  #remember(key: string, answer: BallotAnswer): BallotAnswer {
    this.#receipts.add(key, answer);
    return answer;
  }

  #noteUnknown({ edgeId, edgeEpoch, deltas, atMs }: Extract<ToWriter, { t: 'unknown' }>): void {
    const links = this.#links.open({ edgeId, edgeEpoch, batchNo: 0 });
    for (const [runId, counts] of Object.entries(deltas)) {
      const run = this.#countable(runId);
      if (run === null) continue;
      count(links.linkOf(run), 'unknown', (counts.malformed ?? 0) + (counts['rate-limited'] ?? 0));
    }
    links.close(atMs);
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
      if (!isDiskTrouble(error)) throw error;
    }
  }

  #addMoment(item: GroupItem, replies: WriterReply[]): void {
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

  /** The run that attempts under this id are counted in, or null. */
  #countable(runId: string): RunState | null {
    return this.#owns(runId) && !this.#lacking.has(runId) ? this.#book.known(runId) : null;
  }

  #owns(runId: string): runId is RunId {
    return runId.split(':')[1] === this.mode;
  }
}

function unavailable(): BallotAnswer {
  return { error: 'unavailable', retryAfterMs: UNAVAILABLE_RETRY_MS };
}
