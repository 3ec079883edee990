/** Between the bench and the processes that play its audience. */
import type { Faults } from './fault-book.ts';
import type { PackedHistogram } from './histogram.ts';
import type { Plan } from './plans.ts';

/** Who is spoken to. `product` is also what the bare `ws` peer speaks. */
export type Tongue = 'product' | 'socket.io' | 'nchan';

export interface Hire {
  t: 'hire';
  /** Number of this process, and of all of them. */
  worker: number;
  tongue: Tongue;
  host: string;
  port: number;
  seed: number;
  /** First connection's number on this machine; source addresses follow from it. */
  firstSource: number;
  /** Whether a viewer whose connection ends comes back, as the product's own page does. */
  comesBack: boolean;
}

export type Order =
  | Hire
  | ArriveOrder
  | VoteOrder
  | BefallOrder
  /** Everything counted so far; `forget` starts latencies and states anew. */
  | { t: 'report'; ref: number; forget: boolean }
  /** Ends this process, and its connections with it. */
  | { t: 'leave' };

/** More viewers come. Transports in shares of `count`; who is left is on WebSocket. */
export interface ArriveOrder {
  t: 'arrive';
  count: number;
  sse: number;
  poll: number;
  /** Whether those on WebSocket get their token from a `join` on a connection of its own. */
  joinsFirst: boolean;
  startAtMs: number;
  plan: Plan;
}

/**
 * What may befall somebody who is here:
 * - `leaves`: goes home and closes the connection in good order
 * - `vanishes`: is gone for good without a word
 * - `loses`: loses the connection and comes back as the product's own page does
 * - `switches`: goes on over the next transport, with the same token
 * - `stalls`: reads nothing for a while
 * - `shouts`: talks and talks, and reads none of the answers for a while; only on WebSocket
 * - `repeats`: sends a ballot that has its receipt once more
 */
export type Fate = 'leaves' | 'vanishes' | 'loses' | 'switches' | 'stalls' | 'shouts' | 'repeats';

/** Some of those who are here meet their fate, each drawn by chance when it is time. */
export interface BefallOrder {
  t: 'befall';
  fate: Fate;
  count: number;
  startAtMs: number;
  plan: Plan;
  /** For how long who stalls or shouts reads nothing. */
  forMs: number;
}

export interface VoteOrder {
  t: 'vote';
  pollId: string;
  round: number;
  options: string[];
  /** Of this process's viewers, by their number as shares of all: 0 to 1 is everyone. */
  from: number;
  to: number;
  startAtMs: number;
  plan: Plan;
  /** Whether a ballot without an answer is sent again, as the product's own page does. */
  resends: boolean;
  /** Whether what is cast stands beside an earlier ballot of the same voter in the same run. */
  isSecond: boolean;
}

/** Told ten times a second. */
export interface Progress {
  /** Viewers that were to come by now or later. */
  planned: number;
  /** That have been let in at least once. */
  arrived: number;
  here: number;
  /** That have gone for good. */
  left: number;
  /** Ballots that were to be cast (but for those whose voter went before), that have been sent, and that have a receipt. */
  ballots: number;
  sent: number;
  answered: number;
  /** Ballots that were sent, and whose voter has left before the receipt came. */
  abandoned: number;
  /** Viewers who see each of the newest states now, by `<epoch>-<rev>`. */
  seeing: Record<string, number>;
  /** Viewers who see each phase now, by `<poll>:<round>:<intake>`. */
  inPhase: Record<string, number>;
  faults: number;
}

export interface ShownState {
  epoch: number;
  rev: number;
  bytes: number;
  /** 5 ms of epoch time and how many viewers it reached in them, one after the other. */
  shown: number[];
}

/** When viewers learnt that a poll opened, paused or closed; bins as in `ShownState`. */
export interface ShownPhase {
  /** `<poll>:<round>:<intake>` */
  phase: string;
  pushed: number[];
  polled: number[];
}

export interface Report extends Progress {
  arrivals: PackedHistogram;
  acks: PackedHistogram;
  /** Arrivals that a returning viewer needed another connection for are counted apart: from losing to having it. */
  returns: PackedHistogram;
  /** From giving up a transport to being here over the next. */
  switches: PackedHistogram;
  gaps: PackedHistogram;
  /** Receipts by the 100 ms of epoch time in which they came. */
  answersPerBin: Record<string, number>;
  receipts: Record<string, number>;
  refusals: Record<string, number>;
  resent: number;
  /** Ballots with a receipt that were sent once more, and that got it once more. */
  repeated: number;
  repeatsAnswered: number;
  /** What has befallen how many. */
  fates: Record<string, number>;
  closes: Record<string, number>;
  byes: Record<string, number>;
  /** Returned viewers in each second of epoch time. */
  returnsPerS: Record<string, number>;
  states: ShownState[];
  phases: ShownPhase[];
  faultBook: Faults;
}

export type Word =
  | { t: 'hired' }
  | { t: 'progress'; progress: Progress }
  | { t: 'report'; ref: number; report: Report };
