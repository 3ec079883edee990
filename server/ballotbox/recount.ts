import type { BallotClass, BallotClasses, Tally } from '../../shared/protocol/desk.ts';
import type { OptionId } from '../../shared/protocol/ids.ts';
import type { Database } from '../storage/open-database.ts';
import type { RecountResult } from './ballot-box.ts';
import { ballotLine, CLASS_ORDER, genesisOf, type LedgerBallot, linkHash } from './ledger-chain.ts';
import type { BatchRow } from './ledger-store.ts';
import { type Moment, optionOrder } from './messages.ts';
import { tallyFrom } from './run-state.ts';

interface RunEnd {
  id: number;
  head: string;
  lastBatch: number;
  sealedHead: string | null;
  sealedBatch: number | null;
  sealedTally: string | null;
}

type StoredBallot = LedgerBallot & { batch: number };

/**
 * Counts a run from the ledger alone and computes its chain again, on a connection of its own. The whole chain is
 * looked at, but only what stood at the moment is counted, so that a count under way can be compared exactly.
 */
export function recountRun(database: Database, moment: Moment): RecountResult {
  return database.transaction(() => recountInSnapshot(database, moment))();
}

function recountInSnapshot(database: Database, moment: Moment): RecountResult {
  const run = database
    .prepare<[string], RunEnd>(
      `SELECT id, head, last_batch AS lastBatch, sealed_head AS sealedHead, sealed_batch AS sealedBatch,
         sealed_tally AS sealedTally FROM runs WHERE run_id = ?`,
    )
    .get(moment.runId);
  const classes = Object.fromEntries(CLASS_ORDER.map((name) => [name, 0])) as BallotClasses;
  const counts = new Map<OptionId, number>();
  if (run === undefined) {
    const genesis = genesisOf(moment.runId);
    const tally = tallyFrom(optionOrder(moment), { total: 0, counts });
    return { ...tally, classes, head: genesis, live: moment.live, chain: moment.head === genesis ? 'ok' : 'broken' };
  }

  const walk = new ChainWalk(moment.runId, readBatches(database, run.id));
  let total = 0;
  for (const ballot of readBallots(database, run.id)) {
    walk.ballot(ballot);
    if (ballot.batch > moment.lastBatch) continue;
    total += 1;
    for (const option of readJson<OptionId[]>(ballot.choice) ?? []) counts.set(option, (counts.get(option) ?? 0) + 1);
  }
  walk.end();

  for (const [name, count] of walk.classesUpTo(moment.lastBatch)) classes[name] += count;
  classes.counted = total;
  const tally = tallyFrom(optionOrder(moment), { total, counts });
  const head = walk.headAt(moment.headBatch);
  const whole =
    walk.intact &&
    walk.last === run.lastBatch &&
    walk.headAt(run.lastBatch) === run.head &&
    head === moment.head &&
    isSealIntact(run, walk, tally);
  return { ...tally, classes, head: head ?? 'missing', live: moment.live, chain: whole ? 'ok' : 'broken' };
}

/** Under a seal: its head is the chain's at that link, no ballot came after it, and its tally is what the ballots give. */
function isSealIntact(run: RunEnd, walk: ChainWalk, counted: Tally): boolean {
  if (run.sealedHead === null || run.sealedBatch === null || run.sealedTally === null) return true;
  const sealed = readJson<Tally>(run.sealedTally);
  return (
    walk.headAt(run.sealedBatch) === run.sealedHead &&
    walk.lastCounted <= run.sealedBatch &&
    sealed?.total === counted.total &&
    counted.options.every(({ id, count }) => (sealed.options.find((option) => option.id === id)?.count ?? 0) === count)
  );
}

/** Null for what is no JSON: a tampered row must be found, not end the recount. */
function readJson<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** Follows the chain link by link, against the ballots that are said to be in each. */
class ChainWalk {
  readonly #runId: string;
  readonly #batches: BatchRow[];
  readonly #heads = new Map<number, string>();
  #next = 0;
  #lines: string[] = [];
  intact = true;
  /** The last link that holds a counted ballot. */
  lastCounted = 0;

  constructor(runId: string, batches: BatchRow[]) {
    this.#runId = runId;
    this.#batches = batches;
    this.#heads.set(0, genesisOf(runId));
  }

  get last(): number {
    return this.#batches.at(-1)?.id ?? 0;
  }

  /** Ballots come in the order of their ids, which is the order of the links. */
  ballot(ballot: StoredBallot): void {
    while ((this.#batches[this.#next]?.id ?? Number.POSITIVE_INFINITY) < ballot.batch) this.#closeLink();
    if (this.#batches[this.#next]?.id !== ballot.batch) this.intact = false;
    else this.#lines.push(ballotLine(ballot));
  }

  end(): void {
    while (this.#next < this.#batches.length) this.#closeLink();
  }

  /** Computed, not read; null when there's no such link. */
  headAt(batch: number): string | null {
    return this.#heads.get(batch) ?? null;
  }

  *classesUpTo(batch: number): Generator<[BallotClass, number]> {
    for (const row of this.#batches) {
      if (row.id > batch) return;
      for (const name of CLASS_ORDER) yield [name, classesOf(row)[name] ?? 0];
    }
  }

  #closeLink(): void {
    const batch = this.#batches[this.#next];
    if (batch === undefined) return;
    const before = this.#batches[this.#next - 1];
    const prev = (before === undefined ? null : this.#heads.get(before.id)) ?? genesisOf(this.#runId);
    const head = linkHash(prev, { ...batch, runId: this.#runId }, this.#lines);
    if (batch.prev !== prev || batch.hash !== head) this.intact = false;
    if ((classesOf(batch).counted ?? 0) !== this.#lines.length) this.intact = false;
    if (this.#lines.length > 0) this.lastCounted = batch.id;
    this.#heads.set(batch.id, head);
    this.#lines = [];
    this.#next += 1;
  }
}

function classesOf({ classes }: BatchRow): Partial<Record<BallotClass, number>> {
  return readJson<Partial<Record<BallotClass, number>>>(classes) ?? {};
}

function readBatches(database: Database, run: number): BatchRow[] {
  return database
    .prepare<[number], BatchRow>(
      `SELECT id, run, edge_id AS edgeId, edge_epoch AS edgeEpoch, batch_no AS batchNo, prev, hash, classes,
         committed_at_ms AS committedAtMs FROM batches WHERE run = ? ORDER BY id`,
    )
    .all(run);
}

/** In the order of their ids, by one pass over the stretch of the table where the run lies (runs hardly overlap in time). */
function readBallots(database: Database, run: number): IterableIterator<StoredBallot> {
  const ends = database
    .prepare<[number], { first: number | null; last: number | null }>(
      'SELECT min(id) AS first, max(id) AS last FROM ballots INDEXED BY ballots_by_voter WHERE run = ?',
    )
    .get(run);
  return database
    .prepare<[number, number, number], StoredBallot>(
      `SELECT voter, slot, ballot_id AS ballotId, ref, choice, received_at_ms AS receivedAtMs, cast_at_ms AS castAtMs, batch
         FROM ballots NOT INDEXED WHERE id BETWEEN ? AND ? AND run = ? ORDER BY id`,
    )
    .iterate(ends?.first ?? 0, ends?.last ?? -1, run);
}
