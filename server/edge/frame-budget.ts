/** What a frame costs that is no ballot. A ballot costs one: its voter has a limit of their own, and is told of it. */
const FRAME_COST = 100;
const BALLOT_COST = 1;

/** Whoever sends frames. */
export interface Spender {
  /** What they have cost and time has not paid for yet, and until which turn that is reckoned. */
  spent: number;
  spentAtTurn: number;
}

export interface FrameBudgetRule {
  /** Frames that are no ballots. */
  burst: number;
  perS: number;
}

/**
 * How many frames a socket may send. One that sends without end would keep its process from everybody else's votes. Reckoned in
 * turns and not by a clock, so that it costs two small numbers a socket and a process that stood still takes its own delay for nobody's haste.
 */
export class FrameBudget {
  readonly #most: number;
  readonly #paidPerTurn: number;

  constructor({ burst, perS }: FrameBudgetRule, turnMs: number) {
    this.#most = burst * FRAME_COST;
    this.#paidPerTurn = (perS * FRAME_COST * turnMs) / 1_000;
  }

  /** Whether this frame may be looked at. */
  pays(spender: Spender, isBallot: boolean, turn: number): boolean {
    if (spender.spentAtTurn !== turn) {
      spender.spent = Math.max(0, spender.spent - (turn - spender.spentAtTurn) * this.#paidPerTurn);
      spender.spentAtTurn = turn;
    }
    spender.spent += isBallot ? BALLOT_COST : FRAME_COST;
    return spender.spent <= this.#most;
  }
}
