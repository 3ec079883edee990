/**
 * What a batch does to a ledger, as a pure fold: the runs as they are, and a batch, give answers, rows to be stored and the runs as
 * they are then. Nothing is written here. Whoever stores ballots, in whatever store, judges them with this.
 */
import { judge } from '../../shared/domain/judge.ts';
import type { BallotAnswer, BallotRow, EdgeClassDeltas } from '../../shared/protocol/backplane.ts';
import { type Mode, runIdOf } from '../../shared/protocol/ids.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import { ballotLine, type ClassDeltas, classesText, type LedgerBallot, type Link, linkHash } from './ledger-chain.ts';
import { OwnVotes } from './own-votes.ts';
import { receiptKey } from './receipt-memory.ts';
import { isKnown, isOfMode, type JudgedRun, type RunCount } from './run-state.ts';
import { voterKeysOf } from './voter-key.ts';

const PAUSED_RETRY_MS = 2_000;
const UNAVAILABLE_RETRY_MS = 1_000;

/** What names a batch for good. Number 0, which no edge uses, stands for what a dead edge left behind. */
export type BatchName = Pick<Link, 'edgeId' | 'edgeEpoch' | 'batchNo'>;

/** What a voter has cast in a run. */
export interface Cast {
  /** Counted ballots, one in each slot from 1. */
  slots: number;
  /** The receipt of the ballot that was asked for; null where it isn't among them. */
  ref: string | null;
  receivedAtMs: number | null;
}

export const NOTHING_CAST: Cast = { slots: 0, ref: null, receivedAtMs: null };

/** A ledger as it is known in memory when a batch comes. */
export interface JudgedLedger {
  mode: Mode;
  runs: ReadonlyMap<string, JudgedRun>;
  /** Runs whose votes are in another file: one of them counted or sealed here would make that file wrong for good. */
  lacking: ReadonlySet<string>;
  /** Receipts that stand in no ledger, by `receiptKey`. */
  receipts: { find: (key: string) => BallotAnswer | null };
  /** Links are numbered over all runs of a ledger; what was given out and not stored leaves a gap. */
  nextLink: number;
}

/** What has to be looked up in the store, as it stands there before the batch. `row`: the run's number there. */
export interface StoredVotes {
  cast: (row: number, voter: Buffer, ballotId: string) => Cast;
  hasBatch: (row: number, batch: BatchName) => boolean;
}

/** What nobody can work out. */
export interface Chance {
  ballotRef: () => string;
  /** Of a run that takes its first ballot without having one. */
  salt: () => Buffer;
}

export interface JudgeBatchOptions {
  ledger: JudgedLedger;
  stored: StoredVotes;
  chance: Chance;
  /** Core time of the commit. */
  atMs: number;
}

/** A ballot that counts, to be stored. */
export interface CountedBallot extends LedgerBallot {
  /** As the edge sent it. */
  ballot: BallotRow;
}

/** What a batch does to one run: its ballots, and a link of the run's chain. */
export interface RunPart {
  readonly run: JudgedRun;
  /** Number of the link; 0 where it is there already. */
  readonly link: number;
  /** The run has this batch already: nothing may be counted again. */
  readonly isRepeated: boolean;
  readonly deltas: ClassDeltas;
  /** Those that count, in the order of the batch. */
  readonly ballots: CountedBallot[];
  /** The same by voter; null until somebody asks. */
  own: OwnVotes<CountedBallot> | null;
  /** Its row; null where it counts nothing and is left out. */
  chained: ChainedLink | null;
  /** The run after it; null: as before. */
  after: RunCount | null;
}

/** A link with its place in the chain. */
export interface ChainedLink extends Link {
  id: number;
  prev: string;
  hash: string;
}

export interface Judged {
  /** In the order in which the batch came to them; those it changes nothing of too. */
  parts: readonly RunPart[];
  /** Receipts that are to be remembered since they stand in no ledger; null: none. */
  receipts: ReadonlyMap<string, BallotAnswer> | null;
  nextLink: number;
}

/** @param answers the batch's list of answers, shared by both ledgers: those to ballots of this mode are put in their places */
export function judgeBatch(batch: SubmittedBatch, answers: BallotAnswer[], options: JudgeBatchOptions): Judged {
  const judging = new Judging(batch, options);
  const { mode } = options.ledger;
  batch.ballots.forEach((ballot, i) => {
    if (ballot[1] === mode) answers[i] = judging.answer(ballot);
  });
  for (const [runId, counts] of Object.entries(batch.classes)) {
    judging.count(runId, 'malformed', counts.malformed ?? 0);
    judging.count(runId, 'rate-limited', counts['rate-limited'] ?? 0);
  }
  return judging.end(options.atMs);
}

/** Attempts that an edge had counted and not handed over when it died. */
export function judgeUnknown(
  edge: Omit<BatchName, 'batchNo'>,
  deltas: EdgeClassDeltas,
  options: JudgeBatchOptions,
): Judged {
  const judging = new Judging({ ...edge, batchNo: 0 }, options);
  for (const [runId, counts] of Object.entries(deltas)) {
    judging.count(runId, 'unknown', (counts.malformed ?? 0) + (counts['rate-limited'] ?? 0));
  }
  return judging.end(options.atMs);
}

export function unavailable(): BallotAnswer {
  return { error: 'unavailable', retryAfterMs: UNAVAILABLE_RETRY_MS };
}

/** One batch under way. */
class Judging {
  readonly #name: BatchName;
  readonly #ledger: JudgedLedger;
  readonly #stored: StoredVotes;
  readonly #chance: Chance;
  readonly #parts = new Map<string, RunPart>();
  #receipts: Map<string, BallotAnswer> | null = null;
  #nextLink: number;

  constructor(name: BatchName, { ledger, stored, chance }: JudgeBatchOptions) {
    this.#name = name;
    this.#ledger = ledger;
    this.#stored = stored;
    this.#chance = chance;
    this.#nextLink = ledger.nextLink;
  }

  answer(ballot: BallotRow): BallotAnswer {
    const [voterId, mode, ballotId, pollId, round, choice, , receivedAtMs] = ballot;
    const runId = runIdOf(pollId, mode, round);
    const key = receiptKey(runId, voterId, ballotId);
    // What was cast before is not known here either: even `late` could be wrong.
    if (this.#ledger.lacking.has(runId)) return unavailable();
    const told = this.#receipts?.get(key) ?? this.#ledger.receipts.find(key);
    if (told !== null) return told;

    const run = this.#ledger.runs.get(runId);
    if (run === undefined || !isKnown(run)) {
      // A run that nobody told of leaves nothing on disk: made-up ids must not fill it.
      return this.#remember(key, { status: 'not-eligible', atMs: receivedAtMs });
    }
    const { slots, ref, receivedAtMs: countedAtMs } = this.#castBy(run, voterId, ballotId);
    if (ref !== null && countedAtMs !== null) return { status: 'accepted', ref, atMs: countedAtMs };

    const { id, sealed, saltDestroyed } = run.stored;
    const facts = { rule: run.rule, inLedger: id !== null, sealed: sealed !== null, saltDestroyed };
    const verdict = judge({ choice, receivedAtMs }, facts, slots);
    if (verdict === 'paused') return { error: 'paused', retryAfterMs: PAUSED_RETRY_MS };
    if (verdict === 'unavailable') return unavailable();
    const part = this.#partOf(run);
    if (verdict === 'accepted') {
      // This batch's link is closed, so the ballot has to come in another batch; the viewer is told to send it again.
      return part.isRepeated ? unavailable() : this.#accept(part, ballot, slots + 1);
    }
    add(part, verdict, 1);
    if (verdict === 'malformed') return { error: 'malformed' };
    return this.#remember(key, { status: verdict, atMs: receivedAtMs });
  }

  /** Counts what an edge refused by itself, in a run that the ledger may count in. */
  count(runId: string, name: keyof ClassDeltas, by: number): void {
    if (!isOfMode(runId, this.#ledger.mode) || this.#ledger.lacking.has(runId)) return;
    const run = this.#ledger.runs.get(runId);
    if (run !== undefined && isKnown(run)) add(this.#partOf(run), name, by);
  }

  end(atMs: number): Judged {
    for (const part of this.#parts.values()) this.#chain(part, atMs);
    return { parts: [...this.#parts.values()], receipts: this.#receipts, nextLink: this.#nextLink };
  }

  #partOf(run: JudgedRun): RunPart {
    const open = this.#parts.get(run.runId);
    if (open !== undefined) return open;
    const { id } = run.stored;
    const isRepeated = id !== null && this.#stored.hasBatch(id, this.#name);
    const link = isRepeated ? 0 : this.#nextLink++;
    const part: RunPart = { run, link, isRepeated, deltas: {}, ballots: [], own: null, chained: null, after: null };
    this.#parts.set(run.runId, part);
    return part;
  }

  /** A voter who can't have cast any costs neither a hash nor a look into the store. */
  #castBy(run: JudgedRun, voterId: string, ballotId: string): Cast {
    if (run.voters?.has(voterId) === false) return NOTHING_CAST;
    const { id, salt } = run.stored;
    let cast = NOTHING_CAST;
    if (id !== null && salt !== null) cast = this.#stored.cast(id, voterKeysOf(salt)(voterId), ballotId);
    const part = this.#parts.get(run.runId);
    if (part === undefined || part.ballots.length === 0) return cast;
    part.own ??= new OwnVotes(part.ballots);
    for (const { ballot, ref, receivedAtMs } of part.own.of(voterId) ?? []) {
      cast = { ...cast, slots: cast.slots + 1, ...(ballot[2] === ballotId && { ref, receivedAtMs }) };
    }
    return cast;
  }

  #accept(part: RunPart, ballot: BallotRow, slot: number): BallotAnswer {
    const [voterId, , ballotId, , , choice, castAtMs, receivedAtMs] = ballot;
    const { run } = part;
    part.after ??= { ...countOf(run), salt: run.stored.salt ?? this.#chance.salt() };
    const { after } = part;
    if (after.salt === null) throw new Error(`run ${run.runId} has no salt to name voters with`);
    const voter = voterKeysOf(after.salt)(voterId);
    const ref = this.#chance.ballotRef();
    const text = JSON.stringify(choice);
    part.ballots.push({ ballot, voter, slot, ballotId, ref, choice: text, receivedAtMs, castAtMs });
    add(part, 'counted', 1);
    run.voters?.add(voterId);
    after.total += 1;
    for (const option of choice) after.counts.set(option, (after.counts.get(option) ?? 0) + 1);
    return { status: 'accepted', ref, atMs: receivedAtMs };
  }

  #remember(key: string, answer: BallotAnswer): BallotAnswer {
    this.#receipts ??= new Map();
    this.#receipts.set(key, answer);
    return answer;
  }

  #chain(part: RunPart, atMs: number): void {
    const { run, link: id, isRepeated, deltas, ballots } = part;
    if (isRepeated || Object.values(deltas).every((n) => n === 0)) return;
    const prev = run.stored.head;
    const { edgeId, edgeEpoch, batchNo } = this.#name;
    const link = { runId: run.runId, edgeId, edgeEpoch, batchNo, committedAtMs: atMs, classes: classesText(deltas) };
    const hash = linkHash(prev, link, ballots.map(ballotLine));
    part.chained = { ...link, id, prev, hash };
    part.after ??= countOf(run);
    part.after.head = hash;
    part.after.lastBatch = id;
  }
}

/** A copy, to be counted on. */
function countOf({ stored: { salt, head, lastBatch, total, counts } }: JudgedRun): RunCount {
  return { salt, head, lastBatch, total, counts: new Map(counts) };
}

function add(part: RunPart, name: keyof ClassDeltas, by: number): void {
  part.deltas[name] = (part.deltas[name] ?? 0) + by;
}
