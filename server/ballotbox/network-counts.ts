import { concentrationOf, thresholdOf } from '../../shared/domain/concentration.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { Concentration, TokenAges } from '../../shared/protocol/desk.ts';
import { MinuteCount } from '../process/minute-count.ts';

/** Bounds the memory, to about 100 MB: more networks than any audience has. Those beyond are named in the ledger and not counted here. */
const MOST_NETWORKS = 500_000;
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

interface Counted {
  readonly key: Buffer;
  /** Null until a ballot has told it. */
  name: string | null;
  ballots: number;
  ages: TokenAges | null;
  /** Null for who has cast one: they are many, and none of them stands out. */
  minute: MinuteCount | null;
}

interface Added {
  counted: Counted;
  age: keyof TokenAges;
}

/** Counts the ballots of one run by network. It remembers the key of each, so that a carrier's thousands cost one hash. */
export class NetworkCounts {
  readonly #keyOf: (network: string) => Buffer;
  readonly #named = new Map<string, Counted>();
  /** From the ledger, by key. */
  readonly #unnamed = new Map<string, Counted>();
  /** With more than one ballot: only these are looked through. */
  readonly #many = new Set<Counted>();
  /** Of the group under way. */
  #fresh: Added[] = [];

  /** @param keyOf how the run names networks @param stored what the ledger holds of it */
  constructor(keyOf: (network: string) => Buffer, stored: readonly StoredNetwork[]) {
    this.#keyOf = keyOf;
    for (const { network: key, ballots } of stored) {
      const counted: Counted = { key, name: null, ballots, ages: null, minute: null };
      this.#unnamed.set(key.toString('latin1'), counted);
      if (ballots > 1) this.#many.add(counted);
    }
  }

  /** Counts a ballot. `tokenAgeMs`: of its voter's token. Gives how the run names the network. */
  add(network: string, { tokenAgeMs, now }: { tokenAgeMs: number; now: MonotonicMs }): Buffer {
    const counted = this.#named.get(network) ?? this.#newName(network);
    if (counted.name === null) return counted.key;
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
    return counted.key;
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

  /** @param total counted ballots of the run, also of those without a network */
  concentrated(total: number): Concentration | null {
    return concentrationOf(
      [...this.#many].map(({ ballots }) => ballots),
      total,
    );
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

  #newName(network: string): Counted {
    const key = this.#keyOf(network);
    const unnamedKey = key.toString('latin1');
    const known = this.#unnamed.get(unnamedKey);
    const hasRoom = this.#named.size + this.#unnamed.size < MOST_NETWORKS;
    const counted = known ?? {
      ...{ key, name: null, ballots: 0, minute: null },
      ages: { minute: 0, hour: 0, day: 0, older: 0 },
    };
    if (known === undefined && !hasRoom) return counted;
    this.#unnamed.delete(unnamedKey);
    counted.name = network;
    this.#named.set(network, counted);
    return counted;
  }
}

function ageOf(ms: number): keyof TokenAges {
  if (ms < MINUTE_MS) return 'minute';
  if (ms < HOUR_MS) return 'hour';
  return ms < DAY_MS ? 'day' : 'older';
}
