/** A ledger in plain lists, without a file: what is judged must not depend on the store. */
import type { Tally } from '../../shared/protocol/desk-state.ts';
import { type Cast, NOTHING_CAST } from './judge-batch.ts';
import { bondIn } from './ledger-bond.ts';
import type { LedgerBallot } from './ledger-chain.ts';
import type { LedgerReader, LedgerSnapshot, RunEnd, StoredBallot } from './ledger-reader.ts';
import type { BatchRow, IdRange, LedgerStore, LinkPlace, RunRow } from './ledger-store.ts';

type Run = RunRow & { sealedAtMs: number | null };
type Ballot = StoredBallot & { run: number; network: Buffer | null };

interface Rows {
  runs: readonly Run[];
  ballots: readonly Ballot[];
  batches: readonly BatchRow[];
  meta: ReadonlyMap<string, string>;
}

/** Stands for a disk: what was committed, for stores that are opened one after the other, and for those who read it. */
export class MemoryDisk implements LedgerReader {
  rows: Rows = { runs: [], ballots: [], batches: [], meta: new Map() };
  takesWrites = true;

  at<T>(work: (snapshot: LedgerSnapshot) => Promise<T>): Promise<T> {
    return work(snapshotOf(this.rows));
  }
}

class DiskFull extends Error {}

export class MemoryLedgerStore implements LedgerStore {
  readonly #disk: MemoryDisk;
  #rows: Rows;
  #wrote = false;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.#rows = disk.rows;
  }

  get wrote(): boolean {
    return this.#wrote;
  }

  begin(): void {
    this.#wrote = false;
  }

  commit(): number {
    this.#disk.rows = this.#rows;
    return 0;
  }

  rollback(): void {
    this.#rows = this.#disk.rows;
  }

  troubleOf(error: unknown): string | null {
    return error instanceof DiskFull ? error.message : null;
  }

  runs(): RunRow[] {
    return [...this.#rows.runs];
  }

  lastBatchId(): number {
    return Math.max(0, ...this.#rows.batches.map(({ id }) => id));
  }

  choiceCounts(runs: readonly number[]): { run: number; choice: string; count: number }[] {
    return this.#rows.ballots
      .filter(({ run }) => runs.includes(run))
      .map(({ run, choice }) => ({ run, choice, count: 1 }));
  }

  cast(run: number, voter: Buffer, ballotId: string): Cast {
    const own = this.#rows.ballots.filter((ballot) => ballot.run === run && ballot.voter.equals(voter));
    const { ref, receivedAtMs } = own.find((ballot) => ballot.ballotId === ballotId) ?? NOTHING_CAST;
    return { slots: own.length, ref, receivedAtMs };
  }

  hasBatch(run: number, name: { edgeId: string; edgeEpoch: string; batchNo: number }): boolean {
    return this.#rows.batches.some((batch) => batch.run === run && nameOf(batch) === nameOf(name));
  }

  hashOf(run: number, link: number): string | null {
    return this.#rows.batches.find((batch) => batch.run === run && batch.id === link)?.hash ?? null;
  }

  hasBallots(run: number): boolean {
    return this.#rows.ballots.some((ballot) => ballot.run === run);
  }

  ballotIds(run: number): { first: number; last: number } | null {
    const ids = this.#rows.ballots.filter((ballot) => ballot.run === run).map(({ id }) => id);
    return ids.length === 0 ? null : { first: Math.min(...ids), last: Math.max(...ids) };
  }

  networks(run: number, { from, to }: IdRange): Buffer[] {
    return this.#rows.ballots.flatMap((ballot) =>
      ballot.run === run && ballot.id >= from && ballot.id <= to && ballot.network !== null ? [ballot.network] : [],
    );
  }

  meta(): Map<string, string> {
    return new Map(this.#rows.meta);
  }

  addRun(runId: string, head: string): number {
    const id = this.#rows.runs.length + 1;
    const nothing = { salt: null, saltDestroyedAtMs: null, sealedAtMs: null, sealedHead: null, sealedBatch: null };
    const run: Run = { id, runId, head, lastBatch: 0, networks: 0, sealedTally: null, ...nothing };
    this.#write({ runs: [...this.#rows.runs, run] });
    return id;
  }

  setSalt(run: number, salt: Buffer): void {
    this.#changeRun(run, { salt });
  }

  destroySalt(run: number, atMs: number): void {
    this.#changeRun(run, { salt: null, saltDestroyedAtMs: atMs });
  }

  seal(run: number, { head, batch, tally, atMs }: { head: string; batch: number; tally: Tally; atMs: number }): void {
    const sealed = { sealedHead: head, sealedBatch: batch, sealedTally: JSON.stringify(tally), sealedAtMs: atMs };
    this.#changeRun(run, sealed);
  }

  addBallot({ run, id: batch }: LinkPlace, ballot: LedgerBallot, network: Buffer | null): void {
    const { voter, slot, ballotId, ref, choice, receivedAtMs, castAtMs } = ballot;
    if (this.#rows.ballots.some((other) => other.run === run && other.voter.equals(voter) && other.slot === slot)) {
      throw new Error('a slot was to be counted twice');
    }
    const id = this.#rows.ballots.length + 1;
    const row = { id, run, batch, voter, slot, ballotId, ref, choice, receivedAtMs, castAtMs, network };
    this.#write({ ballots: [...this.#rows.ballots, row] });
  }

  addBatch(row: BatchRow): void {
    const { id, run, edgeId, edgeEpoch, batchNo, prev, hash, classes, committedAtMs } = row;
    if (this.hasBatch(run, row)) throw new Error('a batch was to be counted twice');
    const batch = { id, run, edgeId, edgeEpoch, batchNo, prev, hash, classes, committedAtMs };
    this.#write({ batches: [...this.#rows.batches, batch] });
    this.#changeRun(run, { head: hash, lastBatch: id });
  }

  setNetworks(run: number, may: boolean): void {
    this.#changeRun(run, { networks: may ? 1 : 0 });
  }

  clearNetworks(run: number, { from, to }: IdRange): void {
    const isMeant = (ballot: Ballot) => ballot.run === run && ballot.id >= from && ballot.id <= to;
    this.#write({
      ballots: this.#rows.ballots.map((ballot) => (isMeant(ballot) ? { ...ballot, network: null } : ballot)),
    });
  }

  setMeta(key: string, value: string): void {
    this.#write({ meta: new Map([...this.#rows.meta, [key, value]]) });
  }

  touch(): void {
    this.#write({});
  }

  share(): void {}

  emptyLog(): boolean {
    return true;
  }

  close(): void {}

  #changeRun(id: number, changes: Partial<Run>): void {
    this.#write({ runs: this.#rows.runs.map((run) => (run.id === id ? { ...run, ...changes } : run)) });
  }

  #write(changes: Partial<Rows>): void {
    if (!this.#disk.takesWrites) throw new DiskFull('the disk is full');
    this.#wrote = true;
    this.#rows = { ...this.#rows, ...changes };
  }
}

const nameOf = (batch: { edgeId: string; edgeEpoch: string; batchNo: number }): string =>
  `${batch.edgeId} ${batch.edgeEpoch} ${batch.batchNo}`;

/** Rows are never changed in place, so what stands in these lists stays. */
function snapshotOf({ runs, ballots, batches, meta }: Rows): LedgerSnapshot {
  const ends: RunEnd[] = runs.map(({ salt: _, networks: __, ...end }) => end);
  return {
    about: async () => ({ bond: bondIn(meta), isExtract: false }),
    runs: async () => ends,
    run: async (runId) => ends.find((end) => end.runId === runId) ?? null,
    lanes: async (run) => ends.flatMap(({ id, head, lastBatch }) => (id === run ? [{ id, run, head, lastBatch }] : [])),
    async *links(lane) {
      yield batches.filter(({ run }) => run === lane);
    },
    async *ballots(lane) {
      // One at a time, so that nobody counts on getting them all at once.
      for (const ballot of ballots) if (ballot.run === lane) yield [ballot];
    },
    async networks(run, upTo) {
      const counted = new Map<string, number>();
      for (const ballot of ballots) {
        if (ballot.run !== run || ballot.batch > upTo || ballot.network === null) continue;
        const name = ballot.network.toString('latin1');
        counted.set(name, (counted.get(name) ?? 0) + 1);
      }
      return [...counted].map(([name, count]) => ({ network: Buffer.from(name, 'latin1'), ballots: count }));
    },
    linksOfOthers: async (own, { from, to }) =>
      batches.flatMap(({ id, run }) => (run !== own && id > from && id <= to ? [id] : [])),
    strayRows: async () => [],
  };
}
