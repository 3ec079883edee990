import { MAX_MESSAGE_BYTES } from '../../shared/protocol/audience.ts';
import { EDGE_LEAVE_MS } from '../../shared/protocol/process.ts';
import { HOUSE_RULES } from '../backplane/house-rules.ts';
import type { BucketRule } from '../process/token-buckets.ts';
import type { FrameBudgetRule } from './frame-budget.ts';

/** Every bound of an edge in one place. Tests make single ones small. */
export interface EdgeLimits {
  /** Body of a request, frame of a socket. */
  messageBytes: number;
  /** A frame beyond this ends its socket; between the two it is answered and the socket lives. */
  frameBytes: number;
  /** Cookies of the domain that the page stands on come with every request, though nothing here looks at them. */
  headerBytes: number;
  /** A request has to be there, body and all, within this. */
  requestMs: number;
  helloMs: number;
  /** Open sockets that have not said hello, and as many connections that have not sent a request. */
  silentSockets: number;
  /** The same of one network, and of one loopback address. */
  silentPerNetwork: number;
  silentPerLoopback: number;
  /** Sockets of one voter: tabs of one browser share a token. */
  socketsPerVoter: number;
  /** Requests of one connection that may wait for their answers. */
  waitingRequests: number;
  /** Of one socket. A ballot costs a hundredth of any other frame: who votes is slowed down by `ballotsPerVoter` and not cut off. */
  framesPerSocket: FrameBudgetRule;
  pingEveryMs: number;
  /** Of an event stream; clients are told that they hear something every 25 s. */
  heartbeatEveryMs: number;
  /** A socket without any frame for this long is ended, and so is a stream that takes in nothing of what waits for it. */
  deadAfterMs: number;
  /** Unsent bytes beyond which a socket gets no more states until it drains. */
  skipBeyondBytes: number;
  /** Unsent bytes beyond which a socket is closed. */
  cutBeyondBytes: number;
  queuedBallots: number;
  ballotsPerVoter: BucketRule;
  arrivalsPerNetwork: BucketRule;
  wrongCodesPerNetwork: BucketRule;
  /** Of an IPv6 /48, within which a customer has as many networks as they like; of an IPv4 address as above. */
  wrongCodesPerWiderNetwork: BucketRule;
  wrongCodesInAll: BucketRule;
  /** Goodbyes are spread over at most this, whatever the hints say. */
  goodbyeMs: number;
  /** How long a leaving edge waits for answers to ballots it holds, from the order to leave; then everybody gets their goodbye. */
  leaveMs: number;
  /** An edge that has lost supervisor and core for this long leaves by itself. */
  aloneMs: number;
}

export const EDGE_LIMITS: EdgeLimits = {
  messageBytes: MAX_MESSAGE_BYTES,
  frameBytes: 64 * 1024,
  headerBytes: 32 * 1024,
  requestMs: 10_000,
  helloMs: 5_000,
  // Two seconds of the fastest arrivals that one process can take.
  silentSockets: 20_000,
  // A carrier's thousands say hello within a fraction of a second of their arrival.
  silentPerNetwork: 4_000,
  silentPerLoopback: 10_000,
  // Beyond it the oldest goes. Some tabs, and what a phone that loses its network every few seconds leaves behind: sockets that
  // are dead and not known to be for up to 50 s.
  socketsPerVoter: 20,
  // Browsers don't send one before they have the answer to the last one, and 20 in a row are more than any client writes.
  waitingRequests: 32,
  // A client pings once a second at most, and answers a ping each 20 s.
  framesPerSocket: { burst: 200, perS: 10 },
  // Pings are most of what a quiet audience costs, but clients count on this interval.
  pingEveryMs: 20_000,
  heartbeatEveryMs: 20_000,
  deadAfterMs: 50_000,
  skipBeyondBytes: 64 * 1024,
  cutBeyondBytes: 256 * 1024,
  queuedBallots: 100_000,
  ballotsPerVoter: HOUSE_RULES.ballots,
  arrivalsPerNetwork: HOUSE_RULES.arrivals,
  wrongCodesPerNetwork: HOUSE_RULES['wrong-codes'],
  wrongCodesPerWiderNetwork: HOUSE_RULES['wrong-codes-wider'],
  wrongCodesInAll: HOUSE_RULES['wrong-codes-all'],
  goodbyeMs: (EDGE_LEAVE_MS * 2) / 3,
  leaveMs: EDGE_LEAVE_MS - 1_000,
  aloneMs: 30_000,
};
