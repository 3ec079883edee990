import type { AudienceErrorCode, Ballot, Hints, PublicState, Receipt } from '../../shared/protocol/audience.ts';
import type { BallotId } from '../../shared/protocol/ids.ts';
import type { Backoff } from './backoff.ts';
import type { Env } from './env.ts';
import type { StateMark } from './public-state.ts';
import type { ClockSample } from './server-clock.ts';

/** The ways to the edges, as the hints name them. */
export type TransportKind = Hints['transport'];

/** What any way to the edges tells the page. */
export type TransportEvent =
  /** Arrived: `token` is null when the one we showed stays. */
  | { t: 'joined'; token: string | null; endsAtMs: number | null; state: PublicState; sample: ClockSample }
  /** The same voter's next token, in place of the one that was shown. */
  | Renewed
  | { t: 'state'; state: PublicState }
  /** Heard from, nothing new. */
  | { t: 'sign' }
  /** The network and the other side let it open; nothing has been said yet. */
  | { t: 'open' }
  /** Something was asked that has an answer: from now on silence means something. */
  | { t: 'asked' }
  | { t: 'sample'; sample: ClockSample }
  | { t: 'receipt'; receipt: Receipt }
  /** This ballot will never be one (400, 413). */
  | { t: 'ballot-refused'; ballotId: BallotId }
  /** Not known; the same ballot has to go out again. `code` is null when no word came with it. */
  | { t: 'ballot-unknown'; ballotId: BallotId; code: AudienceErrorCode | null; retryAfterMs: number | null }
  | { t: 'bad-token' }
  | { t: 'bad-code' }
  /** Arrivals wait; our place is kept. */
  | { t: 'waiting-room'; retryAfterMs: number | null }
  /** A request failed; the transport goes on by itself. */
  | { t: 'missed'; code: AudienceErrorCode | null }
  | Ended;

export interface Renewed {
  t: 'renewed';
  was: string;
  token: string;
  /** Core epoch ms. */
  endsAtMs: number | null;
}

export interface Ended {
  t: 'ended';
  reach: Reach;
  /** The other side was busy with arrivals. */
  door: boolean;
  /** The reason, where the server gave one. */
  code: AudienceErrorCode | null;
  retryAfterMs: number | null;
}

/** How far a transport came that has ended. */
export type Reach =
  /** The other side spoke our language. */
  | 'spoke'
  /** It ended without a word of ours. */
  | 'silent'
  /** The network let it hang or held it back: trying the same at once would only cost the viewer time. */
  | 'blocked';

/** How long a network may take to let a socket open or a stream deliver, ms, before the next way down is tried. */
export const THROUGH_WITHIN_MS = 5_000;

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
  /** Whether the token has so little left that it has to be renewed. */
  ageing: boolean;
}

export interface TransportOptions {
  env: Env;
  /** Opens a rehearsal; null in a live show. */
  code: string | null;
  /** One for the whole page: a change of transport is no reason to hurry. */
  backoff: Backoff;
  identity(): Identity;
  hints(): Hints;
  /** How long nothing may come, ms, before a transport that only listens has to ask. */
  quietMs(): number;
  emit(event: TransportEvent): void;
}

/** Whether this word of the server means that too many arrive at once. */
export function isDoor(code: string | null): boolean {
  return code === 'waiting-room' || code === 'rate-limited';
}
