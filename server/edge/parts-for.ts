import type { Logger } from 'pino';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { EdgeInit } from '../../shared/protocol/process.ts';
import type { EdgeBackplane, EdgeSide } from '../backplane/backplane.ts';
import { SocketLink } from '../backplane/socket-link.ts';
import type { BallotTaker, TakerSide } from './ballot-taker.ts';
import { LinkTaker } from './link-taker.ts';

/** What an edge reaches the rest of the server by. */
export interface EdgeParts {
  backplane: EdgeBackplane;
  taker: BallotTaker;
}

export interface EdgePartsOptions {
  /** Of the edge's settings, what says by which way it reaches the core. */
  settings: Pick<EdgeInit, 'backplanePath' | 'edgeId'>;
  /** Names this life of the edge. */
  edgeEpoch: string;
  side: EdgeSide;
  takerSide: TakerSide;
  monotonicNow: () => MonotonicMs;
  log: Logger;
}

/** Chooses how an edge reaches the core and hands over its ballots: the one place that knows which ways there are. */
export function partsFor({ settings, takerSide, ...options }: EdgePartsOptions): EdgeParts {
  const { backplanePath, edgeId } = settings;
  const taker = new LinkTaker(takerSide, (batches) => new SocketLink({ ...options, backplanePath, edgeId, batches }));
  return { backplane: taker.link, taker };
}
