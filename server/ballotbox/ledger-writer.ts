import { randomBytes } from 'node:crypto';
import type { BallotAnswer, BallotRow, RunRule } from '../../shared/protocol/backplane.ts';
import { type Mode, type RunId, runIdOf } from '../../shared/protocol/ids.ts';
import { isDiskTrouble } from '../storage/open-database.ts';
import type { SealedRun, SubmittedBatch } from './ballot-box.ts';
import { newBallotRef } from './ballot-ref.ts';
import { judge } from './judge.ts';
import { ballotLine, type ClassDeltas, classesText, linkHash } from './ledger-chain.ts';
import { LedgerStore } from './ledger-store.ts';
import type { LiveTally, Moment, ToWriter, WriterReply } from './messages.ts';
import { ReceiptMemory, receiptKey } from './receipt-memory.ts';
import { RunBook } from './run-book.ts';
import { type RunState, tallyOf } from './run-state.ts';
import { voterKeys } from './voter-key.ts';

const SALT_BYTES = 32;
/** Receipts that stand in no ledger and are kept for repeats; about 10 MB. */
const REMEMBERED_RECEIPTS = 50_000;
const PAUSED_RETRY_MS = 2_000;
const UNAVAILABLE_RETRY_MS = 1_000;

/** A message of the group; `answers` is the batch's list of answers, shared by both ledgers, each filling its own places. */
export type GroupItem = Exclude<ToWriter, { t: 'close' } | { t: 'submit' }> | SubmitItem;
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
  wrote: boolean;
}

/** What one batch does to one run: a link of its chain in the making. */
interface OpenLink {
  id: number;
  /** The run has this batch already: nothing may be counted again. */
  repeated: boolean;
  deltas: ClassDeltas;
  lines: string[];
}

/**
 * The writer of one mode's ledger. A group of messages is one transaction: either all that it counted is on disk and
 * in the caches, or nothing of it is and its ballots are answered `unavailable`.
 */
export class LedgerWriter {
  readonly #mode: Mode;
  readonly #store: LedgerStore;
  readonly #book: RunBook;
  readonly #receipts = new ReceiptMemory(REMEMBERED_RECEIPTS);
  #nextBatch: number;
  /** Notes of dead edges that couldn't be written yet: nobody will tell them again. */
  #carried: GroupItem[] = [];
  #saltInLog = false;
  #error: string | null = null;
  #wrote = false;

  /** @throws StorageError when the ledger can't be opened */
  constructor(mode: Mode, path: string) {
    this.#mode = mode;
    this.#store = new LedgerStore(path);
    this.#book = new RunBook(this.#store);
    this.#nextBatch = this.#store.lastBatchId() + 1;
    this.probe();
  }

  /** Why the last write failed, or null when it worked. */
  get error(): string | null {
    return this.#error;
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
    const firstBatch = this.#nextBatch;
    this.#wrote = touch;
    try {
      this.#store.begin();
      if (touch) this.#store.touch();
      for (const item of group) this.#do(item, { replies, acknowledged });
      this.#store.commit();
    } catch (error) {
      this.#store.rollback();
      this.#book.undo();
      this.#receipts.dropFresh();
      this.#nextBatch = firstBatch;
      if (!isDiskTrouble(error)) throw error;
      this.#error = `The ${this.#mode} ledger can't be written (${error.code}: ${error.message}).`;
      return this.#refuse(group);
    }
    const touched = this.#book.keep();
    this.#receipts.keepFresh();
    this.#carried = [];
    if (this.#wrote) this.#error = null;
    this.#emptyLog();
    for (const item of group) this.#addMoment(item, replies);
    const live = [...touched].map((run) => this.#live(run, acknowledged.get(run) ?? 0));
    return { replies, live, wrote: this.#wrote };
  }

  close(): void {
    this.#store.close();
  }

  #do(item: GroupItem, out: { replies: WriterReply[]; acknowledged: Map<RunState, number> }): void {
    switch (item.t) {
      case 'rules':
        for (const rule of item.rules) if (rule.mode === this.#mode) this.#learn(rule);
        return;
      case 'submit':
        this.#submit(item, out.acknowledged);
        return;
      case 'unknown':
        this.#noteUnknown(item);
        return;
      case 'seal':
        if (this.#owns(item.runId)) {
          out.replies.push({ t: 'sealed', ref: item.ref, sealed: this.#seal(item.runId, item.atMs) });
        }
        return;
      case 'destroy-salt':
        if (this.#owns(item.runId)) {
          this.#destroySalt(item.runId, item.atMs);
          out.replies.push({ t: 'destroyed', ref: item.ref });
        }
        return;
      case 'moment':
        return;
    }
  }

  /** The group failed: every ballot of this mode hears so, also those that an earlier message had judged already. */
  #refuse(group: readonly GroupItem[]): GroupOutcome {
    const replies: WriterReply[] = [];
    const message = this.#error ?? '';
    const touched = new Set<RunState>();
    for (const item of group) {
      if (item.t === 'submit') {
        item.batch.ballots.forEach((ballot, i) => {
          if (ballot[1] === this.#mode) item.answers[i] = unavailable();
        });
      } else if (item.t === 'rules') {
        // Rules live in memory only, so they hold all the same.
        for (const rule of item.rules) if (rule.mode === this.#mode) touched.add(this.#book.learn(rule));
      } else if ((item.t === 'seal' || item.t === 'destroy-salt') && this.#owns(item.runId)) {
        replies.push({ t: 'unavailable', ref: item.ref, message });
      }
      this.#addMoment(item, replies);
    }
    this.#carried = group.filter((item) => item.t === 'unknown');
    return { replies, live: [...touched].map((run) => this.#live(run, 0)), wrote: false };
  }

  #learn(rule: RunRule): void {
    const run = this.#book.learn(rule);
    if (rule.intake === 'open' && !run.stored.saltDestroyed) this.#saltOf(run);
  }

  #submit({ batch, atMs, answers }: SubmitItem, acknowledged: Map<RunState, number>): void {
    const links = new Map<RunState, OpenLink>();
    batch.ballots.forEach((ballot, i) => {
      if (ballot[1] !== this.#mode) return;
      const { answer, first } = this.#answer(ballot, { batch, links });
      answers[i] = answer;
      if (first !== null) acknowledged.set(first, (acknowledged.get(first) ?? 0) + 1);
    });
    for (const [runId, counts] of Object.entries(batch.classes)) {
      const run = this.#owns(runId) ? this.#book.known(runId) : null;
      if (run === null) continue;
      const link = this.#linkOf(run, { batch, links });
      count(link, 'malformed', counts.malformed ?? 0);
      count(link, 'rate-limited', counts['rate-limited'] ?? 0);
    }
    for (const [run, link] of links) this.#closeLink(run, link, { batch, atMs });
  }

  /** `first`: the run whose count went up by this answer, or null. */
  #answer(
    [voterId, mode, ballotId, pollId, round, choice, castAtMs, receivedAtMs]: BallotRow,
    at: { batch: SubmittedBatch; links: Map<RunState, OpenLink> },
  ): { answer: BallotAnswer; first: RunState | null } {
    const runId = runIdOf(pollId, mode, round);
    const key = receiptKey(runId, voterId, ballotId);
    const told = this.#receipts.find(key);
    if (told !== null) return { answer: told, first: null };

    const run = this.#book.known(runId);
    const voter = run === null ? null : this.#voterOf(run, voterId);
    const cast = run === null || run.stored.id === null || voter === null ? [] : this.#store.cast(run.stored.id, voter);
    const same = cast.find((other) => other.ballotId === ballotId);
    if (same !== undefined)
      return { answer: { status: 'accepted', ref: same.ref, atMs: same.receivedAtMs }, first: null };

    const verdict = judge(
      { choice, receivedAtMs },
      {
        rule: run?.rule ?? null,
        inLedger: run !== null && run.stored.id !== null,
        sealed: run !== null && run.stored.sealed !== null,
        saltDestroyed: run?.stored.saltDestroyed ?? false,
      },
      cast.length,
    );
    if (verdict === 'paused') return { answer: { error: 'paused', retryAfterMs: PAUSED_RETRY_MS }, first: null };
    if (verdict === 'unavailable') return { answer: unavailable(), first: null };
    // A run that nobody told of leaves nothing on disk: made-up ids must not fill it.
    const link = run === null ? null : this.#linkOf(run, at);
    if (run === null || link === null || verdict !== 'accepted') {
      if (link !== null && verdict !== 'accepted') count(link, verdict, 1);
      if (verdict === 'malformed') return { answer: { error: 'malformed' }, first: null };
      const answer: BallotAnswer = { status: verdict, atMs: receivedAtMs };
      this.#receipts.add(key, answer);
      return { answer, first: null };
    }
    // This batch's link is closed, so the ballot has to come in another one; the edge's viewer sends it again.
    if (link.repeated) return { answer: unavailable(), first: null };
    const ballot = {
      voter: voter ?? voterKeys(this.#saltOf(run))(voterId),
      slot: cast.length + 1,
      ballotId,
      ref: newBallotRef(),
      choice: JSON.stringify(choice),
      receivedAtMs,
      castAtMs,
    };
    this.#store.addBallot(this.#rowOf(run), link.id, ballot);
    link.lines.push(ballotLine(ballot));
    count(link, 'counted', 1);
    run.stored.total += 1;
    for (const option of choice) run.stored.counts.set(option, (run.stored.counts.get(option) ?? 0) + 1);
    return { answer: { status: 'accepted', ref: ballot.ref, atMs: receivedAtMs }, first: run };
  }

  #linkOf(run: RunState, { batch, links }: { batch: SubmittedBatch; links: Map<RunState, OpenLink> }): OpenLink {
    const open = links.get(run);
    if (open !== undefined) return open;
    this.#book.touch(run);
    const repeated = run.stored.id !== null && this.#store.hasBatch(run.stored.id, batch);
    const link: OpenLink = { id: repeated ? 0 : this.#nextBatch++, repeated, deltas: {}, lines: [] };
    links.set(run, link);
    return link;
  }

  #closeLink(
    run: RunState,
    link: OpenLink,
    at: { batch: Omit<SubmittedBatch, 'ballots' | 'classes'>; atMs: number },
  ): void {
    if (link.repeated || Object.values(link.deltas).every((n) => n === 0)) return;
    const { edgeId, edgeEpoch, batchNo } = at.batch;
    const fields = { edgeId, edgeEpoch, batchNo, committedAtMs: at.atMs, classes: classesText(link.deltas) };
    const prev = run.stored.head;
    const hash = linkHash(prev, { runId: run.runId, ...fields }, link.lines);
    this.#store.addBatch({ id: link.id, run: this.#rowOf(run), prev, hash, ...fields });
    run.stored.head = hash;
    run.stored.lastBatch = link.id;
    this.#wrote = true;
  }

  #noteUnknown({ edgeId, edgeEpoch, deltas, atMs }: Extract<ToWriter, { t: 'unknown' }>): void {
    const batch: SubmittedBatch = { edgeId, edgeEpoch, batchNo: 0, ballots: [], classes: {} };
    const links = new Map<RunState, OpenLink>();
    for (const [runId, counts] of Object.entries(deltas)) {
      const run = this.#owns(runId) ? this.#book.known(runId) : null;
      if (run === null) continue;
      count(this.#linkOf(run, { batch, links }), 'unknown', (counts.malformed ?? 0) + (counts['rate-limited'] ?? 0));
    }
    for (const [run, link] of links) this.#closeLink(run, link, { batch, atMs });
  }

  #seal(runId: RunId, atMs: number): SealedRun {
    const run = this.#book.get(runId);
    if (run.stored.sealed === null) {
      this.#book.touch(run);
      const sealed = { head: run.stored.head, tally: tallyOf(run), batch: run.stored.lastBatch };
      this.#store.seal(this.#rowOf(run), { ...sealed, atMs });
      run.stored.sealed = sealed;
      this.#wrote = true;
    }
    return { head: run.stored.sealed.head, tally: run.stored.sealed.tally };
  }

  #destroySalt(runId: RunId, atMs: number): void {
    const run = this.#book.get(runId);
    if (run.stored.saltDestroyed) return;
    this.#book.touch(run);
    this.#store.destroySalt(this.#rowOf(run), atMs);
    this.#receipts.forget(runId);
    run.stored.salt = null;
    run.stored.saltDestroyed = true;
    run.keyOf = null;
    this.#saltInLog = true;
    this.#wrote = true;
  }

  #voterOf(run: RunState, voterId: string): Buffer | null {
    if (run.stored.salt === null) return null;
    run.keyOf ??= voterKeys(run.stored.salt);
    return run.keyOf(voterId);
  }

  /** The run's salt, made now if it has none: by then it takes ballots, or is about to. */
  #saltOf(run: RunState): Buffer {
    if (run.stored.salt !== null) return run.stored.salt;
    if (run.stored.saltDestroyed) throw new Error(`run ${run.runId} is archived and takes no new salt`);
    this.#book.touch(run);
    const salt = randomBytes(SALT_BYTES);
    this.#store.setSalt(this.#rowOf(run), salt);
    run.stored.salt = salt;
    this.#wrote = true;
    return salt;
  }

  #rowOf(run: RunState): number {
    if (run.stored.id === null) {
      this.#book.touch(run);
      run.stored.id = this.#store.addRun(run.runId, run.stored.head);
      this.#wrote = true;
    }
    return run.stored.id;
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
    return { runId: run.runId, tally: tallyOf(run), acknowledged };
  }

  #owns(runId: string): runId is RunId {
    return runId.split(':')[1] === this.#mode;
  }
}

function count(link: OpenLink, name: keyof ClassDeltas, by: number): void {
  link.deltas[name] = (link.deltas[name] ?? 0) + by;
}

function unavailable(): BallotAnswer {
  return { error: 'unavailable', retryAfterMs: UNAVAILABLE_RETRY_MS };
}
