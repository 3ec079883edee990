/** A ballot box under test, in a place of its own, with what every test of it needs. */
import type { Mode } from '../../shared/protocol/ids.ts';
import type { BallotBox } from './ballot-box.ts';
import { batchesOf, submitTo, wordOf } from './builders.test-part.ts';
import type { LedgerReader, StoredBallot } from './ledger-reader.ts';

/** A place for one test's ledgers. */
export interface BoxPlace {
  /** On what was kept there before. */
  open: () => Promise<BallotBox>;
  /** Reads a ledger beside the box. */
  read: <T>(mode: Mode, work: (reader: LedgerReader) => Promise<T>) => Promise<T>;
  remove: () => void;
}

export class BoxStand {
  readonly batch = batchesOf('edge-1', 'epoch-1');
  readonly #place: BoxPlace;
  #box: BallotBox;

  private constructor(place: BoxPlace, box: BallotBox) {
    this.#place = place;
    this.#box = box;
  }

  static async at(place: BoxPlace): Promise<BoxStand> {
    return new BoxStand(place, await place.open());
  }

  get box(): BallotBox {
    return this.#box;
  }

  async remove(): Promise<void> {
    await this.#box.close();
    this.#place.remove();
  }

  async restart(): Promise<void> {
    await this.#box.close();
    this.#box = await this.#place.open();
  }

  async words(...ballots: Parameters<typeof this.batch>): Promise<string[]> {
    return (await submitTo(this.#box, this.batch(...ballots))).map(wordOf);
  }

  read<T>(mode: Mode, work: (reader: LedgerReader) => Promise<T>): Promise<T> {
    return this.#place.read(mode, work);
  }

  /** Of the mode's first run. */
  ballotsIn(mode: Mode): Promise<StoredBallot[]> {
    return this.read(mode, (reader) =>
      reader.at(async (snapshot) => {
        const [run] = await snapshot.runs();
        const [lane] = await snapshot.lanes(run?.id ?? 0);
        return lane === undefined ? [] : allOf(snapshot.ballots(lane.id));
      }),
    );
  }
}

export async function allOf<T>(chunks: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const some of chunks) all.push(...some);
  return all;
}
