import type { BallotClass } from '../../shared/protocol/records.ts';
import { ballotLine, CLASS_ORDER, genesisOf, linkHash } from './ledger-chain.ts';
import type { StoredBallot } from './ledger-reader.ts';
import type { BatchRow } from './ledger-store.ts';
import { numberRanges } from './number-ranges.ts';

/** Something in a run's part of the ledger that is not as it was written. */
export interface ChainFault {
  code: /** A link, or a ballot in it, was changed, taken out or put in: the hash doesn't follow from what stands there. */
    | 'link-altered'
    /** A link doesn't go on from the one before it. */
    | 'links-missing'
    /** A ballot names a link that isn't there, or stands out of order. */
    | 'ballot-without-link'
    /** The chain doesn't end where the run, its seal or the journal says. */
    | 'head-missing'
    /** Ballots were counted after the seal. */
    | 'counted-after-seal'
    /** The counts of seal or journal are not what the ballots give. */
    | 'counts-differ'
    /** The journal has sealed a run that the ledger doesn't hold. */
    | 'run-missing'
    /** The ledger says that it belongs to another show than the journal's. */
    | 'other-show'
    /** The ledger was told of an entry that the journal doesn't have. */
    | 'journal-older'
    /** Ballots or links of a run that the ledger doesn't name. */
    | 'rows-without-run';
  /** Id of a link in `batches`; null where the run as a whole is meant. */
  link: number | null;
  message: string;
}

/** Follows a run's chain link by link, against the ballots that are said to be in each. */
export class ChainWalk {
  readonly faults: ChainFault[] = [];
  readonly #runId: string;
  readonly #batches: readonly BatchRow[];
  readonly #heads = new Map<number, string>();
  #next = 0;
  #inLink: StoredBallot[] = [];
  /** Rows of ballots whose link isn't there, by the link that they name. */
  readonly #strays = new Map<number, number[]>();
  /** The last link that holds a counted ballot. */
  lastCounted = 0;

  /** @param batches the run's links in the order of their ids */
  constructor(runId: string, batches: readonly BatchRow[]) {
    this.#runId = runId;
    this.#batches = batches;
    this.#heads.set(0, genesisOf(runId));
  }

  get intact(): boolean {
    return this.faults.length === 0;
  }

  get last(): number {
    return this.#batches.at(-1)?.id ?? 0;
  }

  /** Ballots come in the order of their ids, which is the order of the links. */
  ballot(ballot: StoredBallot): void {
    while ((this.#batches[this.#next]?.id ?? Number.POSITIVE_INFINITY) < ballot.batch) this.#closeLink();
    if (this.#batches[this.#next]?.id === ballot.batch) this.#inLink.push(ballot);
    else this.#strays.set(ballot.batch, [...(this.#strays.get(ballot.batch) ?? []), ballot.id]);
  }

  end(): void {
    while (this.#next < this.#batches.length) this.#closeLink();
    for (const [link, rows] of this.#strays) {
      const isThere = this.#batches.some(({ id }) => id === link);
      this.faults.push({
        code: 'ballot-without-link',
        link,
        message: `Ballot row ${numberRanges(rows)} belongs to link ${link}, ${isThere ? 'but stands in another place' : 'which is gone'}.`,
      });
    }
  }

  /** Computed, not read; null when there's no such link. */
  headAt(batch: number): string | null {
    return this.#heads.get(batch) ?? null;
  }

  /** Whether a link has this head, as computed or as it stands there. */
  has(head: string): boolean {
    return [...this.#heads.values()].includes(head) || this.#batches.some(({ hash }) => hash === head);
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
    const before = this.#batches[this.#next - 1] ?? null;
    const lines = this.#inLink.map(ballotLine);
    const named = { ...batch, runId: this.#runId };
    const own = linkHash(batch.prev, named, lines);
    const counted = classesOf(batch).counted ?? 0;
    if (own !== batch.hash || counted !== lines.length) this.#altered(batch, counted);
    // Against what stands in the row before, so that one changed link doesn't put all that follow under suspicion.
    if (batch.prev !== (before?.hash ?? genesisOf(this.#runId))) this.#gap(batch, before);
    const prev = (before === null ? null : this.headAt(before.id)) ?? genesisOf(this.#runId);
    this.#heads.set(batch.id, prev === batch.prev ? own : linkHash(prev, named, lines));
    if (lines.length > 0) this.lastCounted = batch.id;
    this.#inLink = [];
    this.#next += 1;
  }

  #altered(batch: BatchRow, counted: number): void {
    const rows = this.#inLink.map(({ id }) => id);
    const held = rows.length === 0 ? 'no ballots' : `ballot row ${numberRanges(rows)}`;
    const count = counted === rows.length ? '' : ` It counted ${counted} and holds ${rows.length}.`;
    this.faults.push({
      code: 'link-altered',
      link: batch.id,
      message: `${linkName(batch)} with ${held} is not what was written: its hash does not follow from it.${count}`,
    });
  }

  #gap(batch: BatchRow, before: BatchRow | null): void {
    const from = before === null ? 'the beginning of the chain' : linkName(before);
    this.faults.push({
      code: 'links-missing',
      link: batch.id,
      message: `${linkName(batch)} does not go on from ${from}: links between them are missing or were altered.`,
    });
  }
}

/** How a link is called: its number in the ledger, and the batch of an edge that it stands for. */
export function linkName({ id, edgeId, batchNo }: Pick<BatchRow, 'id' | 'edgeId' | 'batchNo'>): string {
  return `Link ${id} (${edgeId} batch ${batchNo})`;
}

function classesOf({ classes }: BatchRow): Partial<Record<BallotClass, number>> {
  return readJson<Partial<Record<BallotClass, number>>>(classes) ?? {};
}

/** Null for what is no JSON: a tampered row must be found, not end the count. */
export function readJson<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
