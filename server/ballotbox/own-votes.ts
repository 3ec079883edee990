import type { CountedBallot } from './judge-batch.ts';

const NONE: readonly CountedBallot[] = [];

/**
 * What a voter has cast in the batch under way itself, which the store does not know yet. Put in order only when somebody asks, and
 * only what has come since: hardly anybody votes twice in one batch, and it would cost every voter.
 */
export class OwnVotes {
  readonly #ballots: readonly CountedBallot[];
  readonly #byVoter = new Map<string, CountedBallot[]>();
  #known = 0;

  /** @param ballots a list that is added to */
  constructor(ballots: readonly CountedBallot[]) {
    this.#ballots = ballots;
  }

  of(voterId: string): readonly CountedBallot[] {
    for (; this.#known < this.#ballots.length; this.#known++) this.#learn(this.#ballots[this.#known]);
    return this.#byVoter.get(voterId) ?? NONE;
  }

  #learn(counted: CountedBallot | undefined): void {
    if (counted === undefined) return;
    const [voterId] = counted.ballot;
    const same = this.#byVoter.get(voterId);
    if (same === undefined) this.#byVoter.set(voterId, [counted]);
    else same.push(counted);
  }
}
