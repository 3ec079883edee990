import type { BallotRow } from '../../shared/protocol/backplane.ts';

/**
 * What a voter has cast in the batch under way itself, which the store does not know yet. Put in order only when somebody asks, and
 * only what has come since: hardly anybody votes twice in one batch, and it would cost every voter.
 */
export class OwnVotes<T extends { ballot: BallotRow }> {
  readonly #ballots: readonly T[];
  readonly #byVoter = new Map<string, T[]>();
  #known = 0;

  /** @param ballots a list that is added to */
  constructor(ballots: readonly T[]) {
    this.#ballots = ballots;
  }

  /** Null: nothing. */
  of(voterId: string): readonly T[] | null {
    for (; this.#known < this.#ballots.length; this.#known++) this.#learn(this.#ballots[this.#known]);
    return this.#byVoter.get(voterId) ?? null;
  }

  #learn(counted: T | undefined): void {
    if (counted === undefined) return;
    const [voterId] = counted.ballot;
    const same = this.#byVoter.get(voterId);
    if (same === undefined) this.#byVoter.set(voterId, [counted]);
    else same.push(counted);
  }
}
