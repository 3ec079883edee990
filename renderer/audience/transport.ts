import type { Ballot, Hints, PublicState, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import type { Env } from './env.ts';
import type { StateMark } from './public-state.ts';
import type { ClockSample } from './server-clock.ts';

export type TransportKind = 'ws' | 'poll';

/** What any way to the edges tells the page. */
export type TransportEvent =
  /** Arrived: `token` is null when the one we showed stays. */
  | { t: 'joined'; token: string | null; state: PublicState; sample: ClockSample }
  | { t: 'state'; state: PublicState }
  /** Heard from, nothing new. */
  | { t: 'sign' }
  | { t: 'sample'; sample: ClockSample }
  | { t: 'receipt'; receipt: Receipt }
  /** This ballot will never be one (400, 413). */
  | { t: 'ballot-refused'; ballotId: BallotId }
  /** Not known; the same ballot has to go out again. */
  | { t: 'ballot-unknown'; ballotId: BallotId; retryAfterMs: number | null }
  | { t: 'bad-token' }
  | { t: 'bad-code' }
  /** Arrivals wait; our place is kept. */
  | { t: 'waiting-room'; retryAfterMs: number | null }
  /** A request failed; the transport goes on by itself. */
  | { t: 'missed' }
  /** The transport has ended. `heard`: the other side spoke our language before. `door`: it was busy with arrivals. */
  | { t: 'ended'; heard: boolean; door: boolean; retryAfterMs: number | null };

export interface Transport {
  kind: TransportKind;
  /** False when this transport can't carry a ballot now; then nothing was sent. */
  send(ballot: Ballot): boolean;
  /** The page came to the front: find out now whether the link lives. */
  checkNow(): void;
  /** Ends without a further event. */
  stop(): void;
}

/** What the page shows of itself at this moment. */
export interface Identity {
  token: string | null;
  /** The newest state it has. */
  mark: StateMark | null;
  /** Whether it knows the core's time of day. */
  clockKnown: boolean;
}

export interface TransportOptions {
  env: Env;
  /** Opens a rehearsal; null in a live show. */
  code: string | null;
  identity(): Identity;
  hints(): Hints;
  emit(event: TransportEvent): void;
}
