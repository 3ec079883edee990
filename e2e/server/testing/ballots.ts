import { randomBytes } from 'node:crypto';
import type { Receipt } from '../../../shared/protocol/audience.ts';

/** A ballot as a viewer's device keeps it until it has an answer. */
export interface CastBallot {
  id: string;
  pollId: string;
  round: number;
  choice: string[];
  /** How often it was handed to the network. */
  timesSent: number;
  /** Every receipt that came for it, in order. */
  receipts: Receipt[];
  /** The code of an answer that says it is no ballot; it isn't sent again. */
  refusedAs: string | null;
}

export interface VoteOptions {
  round?: number;
  id?: string;
}

export function newBallot(pollId: string, choice: string[], { round = 1, id }: VoteOptions = {}): CastBallot {
  return {
    id: id ?? randomBytes(9).toString('base64url'),
    pollId,
    round,
    choice,
    timesSent: 0,
    receipts: [],
    refusedAs: null,
  };
}

export function isAnswered(ballot: CastBallot): boolean {
  return ballot.receipts.length > 0 || ballot.refusedAs !== null;
}

/** What goes over the wire. */
export function wireBallot({ id, pollId, round, choice }: CastBallot) {
  return { id, pollId, round, choice };
}

/** What the ledger must hold: ballots that a viewer was told are counted. */
export function acknowledged(ballots: readonly CastBallot[]): CastBallot[] {
  return ballots.filter(({ receipts }) => receipts[0]?.status === 'accepted');
}
