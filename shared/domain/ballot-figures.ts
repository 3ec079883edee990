/** Figures that each ballot moves, and what a desk is told of them that may not know how many have voted. */

export interface BallotFigures {
  queueDepth: number;
  queueHeadAgeMs: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

/** Ballots that wait: fewer are as many as one tick may bring. */
const TROUBLE_DEPTH = 100;
/** A receipt that takes this long is one to look after. */
const TROUBLE_MS = 1_000;

/**
 * The figures as far as they mean trouble, 0 otherwise. In a quiet poll one vote is one receipt: from 0 to 9 ms and back four times
 * a second tells when somebody has voted, and so how many.
 */
export function onlyTrouble<T extends BallotFigures>(figures: T): T {
  const { queueDepth, queueHeadAgeMs, ackP50Ms, ackP99Ms } = figures;
  const ms = (value: number) => (value < TROUBLE_MS ? 0 : value);
  return {
    ...figures,
    queueDepth: queueDepth < TROUBLE_DEPTH ? 0 : queueDepth,
    queueHeadAgeMs: ms(queueHeadAgeMs),
    ackP50Ms: ms(ackP50Ms),
    ackP99Ms: ms(ackP99Ms),
  };
}
