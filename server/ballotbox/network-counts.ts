import { concentrationOf, thresholdOf } from '../../shared/domain/concentration.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { Concentration } from '../../shared/protocol/desk-state.ts';
import type { TokenAges } from '../../shared/protocol/vitals.ts';
import { MinuteCount } from '../process/minute-count.ts';

/** Bounds the memory, to about 150 MB: more networks than any audience has. Those beyond are named in the ledger and not counted here. */
const MOST_NETWORKS = 500_000;
/** Ids in one step: some ms. */
const READ_AT_ONCE = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What one network has cast in a run. */
export interface NetworkCount {
  network: string;
  ballots: number;
  perMin: number;
  /** Null where this writer has not seen all of them come. */
  ages: TokenAges | null;
  isBeyond: boolean;
}

/** Where the counted ballots of a run came from. */
export interface RunNetworks {
  concentrated: Concentration | null;
  /** Most ballots first. Those whose name is not known since the writer began are not among them. */
  top: NetworkCount[];
}

/** Ballots of a run by network, as a ledger holds them. */
export interface StoredNetwork {
  network: Buffer;
  ballots: number;
}

/** Ballots that were in the ledger before this writer: the ids that they lie between, and how to read where some of them came from. */
export interface EarlierBallots {
  ids: { first: number; last: number };
  read: (from: number, to: number) => Buffer[];
}

/** One per network of an audience: kept small. */
interface Counted {
  /** How the run names it, a byte a character. */
  readonly key: string;
  /** Null until a ballot has told it. */
  name: string | null;
  ballots: number;
  /** Null where this writer has not seen all of them come. */
  ages: TokenAges | null;
  /** Null for who has cast one: they are many, and none of them stands out. */
  minute: MinuteCount | null;
}

interface Added {
  counted: Counted;
  age: keyof TokenAges;
}

/**
 * Counts the ballots of one run by network. It remembers the key of each, so that a carrier's thousands cost one hash. What an
 * earlier writer has counted is read from the ledger step by step: at a restart in the show, votes would wait for all of it.
 */
export class NetworkCounts {
  readonly #keyOf: (network: string) => Buffer;
  readonly #named = new Map<string, Counted>();
  /** From the ledger, by key. */
  readonly #unnamed = new Map<string, Counted>();
  /** Those that got their name while earlier ballots were still being read. */
  readonly #namedByKey = new Map<string, Counted>();
  /** With more than one ballot: only these are looked through. */
  readonly #many = new Set<Counted>();
  /** Of the group under way. */
  #fresh: Added[] = [];
  readonly #earlier: EarlierBallots | null;
  /** The next of the earlier ones to be read. */
  #next: number;

  /** @param keyOf how the run names networks @param earlier null: this writer has seen all of them */
  constructor(keyOf: (network: string) => Buffer, earlier: EarlierBallots | null) {
    this.#keyOf = keyOf;
    this.#earlier = earlier;
    this.#next = earlier?.ids.first ?? 0;
  }

  /** Whether all earlier ballots have been read. */
  get isWhole(): boolean {
    return this.#earlier === null || this.#next > this.#earlier.ids.last;
  }

  /** Reads some of the earlier ballots. */
  readOn(): void {
    if (this.#earlier === null || this.isWhole) return;
    const from = this.#next;
    this.#next = from + READ_AT_ONCE;
    for (const network of this.#earlier.read(from, Math.min(this.#earlier.ids.last, this.#next - 1))) {
      const key = network.toString('latin1');
      const counted = this.#byKey(key);
      counted.ballots += 1;
      // How old their voters' tokens were, nobody has written down.
      counted.ages = null;
      if (counted.ballots > 1) this.#many.add(counted);
    }
  }

  /** Counts a ballot. `tokenAgeMs`: of its voter's token. Gives how the run names the network. */
  add(network: string, { tokenAgeMs, now }: { tokenAgeMs: number; now: MonotonicMs }): Buffer {
    const counted = this.#named.get(network) ?? this.#newName(network);
    const age = ageOf(tokenAgeMs);
    counted.ballots += 1;
    if (counted.ages !== null) counted.ages[age] += 1;
    if (counted.ballots > 1) {
      if (counted.minute === null) {
        counted.minute = new MinuteCount();
        // The one before, which nobody noted the time of, if it was seen at all.
        if (counted.ages !== null) counted.minute.add(1, now);
        this.#many.add(counted);
      }
      counted.minute.add(1, now);
    }
    this.#fresh.push({ counted, age });
    return Buffer.from(counted.key, 'latin1');
  }

  /** The group is on disk. */
  keep(): void {
    if (this.#fresh.length > 0) this.#fresh = [];
  }

  /** The group failed: nothing of it counts. */
  undo(): void {
    for (const { counted, age } of this.#fresh) {
      counted.ballots -= 1;
      if (counted.ages !== null) counted.ages[age] -= 1;
      // What came within the last minute is for people to look at, and forgets by itself.
    }
    this.#fresh = [];
  }

  /** Reads whatever is left to be read. @param total counted ballots of the run, also of those without a network */
  concentrated(total: number): Concentration | null {
    while (!this.isWhole) this.readOn();
    return concentrationOf(this.#countsOfMany(), total);
  }

  /** The `most` that stand out. */
  summary({ total, most, now }: { total: number; most: number; now: MonotonicMs }): RunNetworks {
    const above = thresholdOf(total);
    const top = this.#largest(most).map(({ name, ballots, ages, minute }) => ({
      network: name ?? '',
      ballots,
      perMin: minute?.at(now) ?? 0,
      ages: ages === null ? null : { ...ages },
      isBeyond: ballots > above,
    }));
    return { concentrated: this.concentrated(total), top };
  }

  /** In one pass: there may be tens of thousands, and votes wait meanwhile. */
  #largest(most: number): Counted[] {
    const top: Counted[] = [];
    for (const counted of this.#many) {
      if (counted.name === null || counted.ballots <= (top[most - 1]?.ballots ?? 0)) continue;
      const place = top.findIndex(({ ballots }) => ballots < counted.ballots);
      top.splice(place === -1 ? top.length : place, 0, counted);
      top.length = Math.min(top.length, most);
    }
    return top;
  }

  *#countsOfMany(): Generator<number> {
    for (const { ballots } of this.#many) yield ballots;
  }

  #newName(network: string): Counted {
    const key = this.#keyOf(network).toString('latin1');
    const counted = this.#unnamed.get(key) ?? {
      ...{ key, name: null, ballots: 0, minute: null },
      ages: { minute: 0, hour: 0, day: 0, older: 0 },
    };
    // Beyond that it counts for nobody but the ballot at hand.
    if (!this.#unnamed.delete(key) && this.#named.size + this.#unnamed.size >= MOST_NETWORKS) return counted;
    counted.name = network;
    this.#named.set(network, counted);
    if (!this.isWhole) this.#namedByKey.set(key, counted);
    return counted;
  }

  /** Of an earlier ballot. */
  #byKey(key: string): Counted {
    const known = this.#namedByKey.get(key) ?? this.#unnamed.get(key);
    if (known !== undefined) return known;
    const counted: Counted = { key, name: null, ballots: 0, ages: null, minute: null };
    if (this.#named.size + this.#unnamed.size < MOST_NETWORKS) this.#unnamed.set(key, counted);
    return counted;
  }
}

function ageOf(ms: number): keyof TokenAges {
  if (ms < MINUTE_MS) return 'minute';
  if (ms < HOUR_MS) return 'hour';
  return ms < DAY_MS ? 'day' : 'older';
}
