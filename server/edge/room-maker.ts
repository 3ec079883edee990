/** Connections of one kind, each of a network that is named by its mark; 0: of none that limits hold for. */
export interface Kind {
  marks(): Iterable<number>;
  /** Ends those of a network that have been here for longest, so many at most, and gives how many. */
  showOut(mark: number, most: number): number;
}

export interface Crowd {
  kind: Kind;
  /** How many of a network are left alone, whoever else comes, unless it holds more than half of everything. */
  spared: (mark: number) => number;
}

export interface RoomMakerOptions {
  /** In the order in which they go: first those behind whom nobody is known to stand. */
  crowds: () => readonly Crowd[];
  /** Connections that may be open at a time. */
  most: number;
}

/** More than stand behind the address of a household or a small office. */
export const FEW = 100;

/**
 * Sees that no single network takes all the room there is. While there is room anybody may have it: a carrier or a hall puts thousands
 * behind one address. Where it gets little, the network that has most connections of which nobody knows whose they are gives some
 * up; and one that holds more than half of everything gives up others, too, and gets no new ones until there is room again.
 */
export class RoomMaker {
  readonly #options: RoomMakerOptions;
  /** The network that holds more than half; 0: none does, or there is room. */
  #largest = 0;

  constructor(options: RoomMakerOptions) {
    this.#options = options;
  }

  /** Whether a network with this mark gets no new connections now. */
  refuses(mark: number): boolean {
    return mark !== 0 && mark === this.#largest;
  }

  /** There is room again. */
  calm(): void {
    this.#largest = 0;
  }

  /** Ends so many connections, where there are such that may have to go, and gives how many. */
  make(wanted: number): number {
    const { crowds, most } = this.#options;
    const held = crowds().map((crowd) => ({ ...crowd, counts: countsOf(crowd.kind) }));
    const sums = new Map<number, number>();
    for (const { counts } of held) for (const [mark, count] of counts) sums.set(mark, (sums.get(mark) ?? 0) + count);
    const [largest] = [...sums].find(([, count]) => count > most / 2) ?? [0];
    this.#largest = largest;
    let left = wanted;
    for (const { kind, spared, counts } of held) {
      if (left <= 0) break;
      for (const [mark, count] of counts) if (mark !== largest) counts.set(mark, Math.max(0, count - spared(mark)));
      for (const [mark, count] of partings(counts, left)) left -= kind.showOut(mark, count);
    }
    return wanted - left;
  }
}

function countsOf(kind: Kind): Map<number, number> {
  const counts = new Map<number, number>();
  for (const mark of kind.marks()) if (mark !== 0) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
}

/** How many each network gives up so that `wanted` go in all: those that hold most come down to one level, and nobody else gives any. */
export function partings(held: ReadonlyMap<number, number>, wanted: number): Map<number, number> {
  const sorted = [...held].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  let sum = 0;
  let level = 0;
  for (const [i, [, count]] of sorted.entries()) {
    sum += count;
    const next = sorted[i + 1]?.[1] ?? 0;
    level = Math.max(0, Math.ceil((sum - wanted) / (i + 1)));
    if (level >= next) break;
  }
  return new Map(sorted.flatMap(([mark, count]) => (count > level ? [[mark, count - level]] : [])));
}
