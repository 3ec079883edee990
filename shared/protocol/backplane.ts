/** Between edges and the core: JSON text messages over one ordered WebSocket per edge. Both ends are ours, so there are types and no schemas. */
import type { PublicState, ReceiptStatus } from './audience.ts';
import type { Intake, SwitchId } from './desk-state.ts';
import type { HeldOrder } from './held-order.ts';
import type { BallotId, Mode, OptionId, PollId, RunId, VoterId } from './ids.ts';
import type { CueKind } from './show-file.ts';

/** What edges and the ballot box must know of a run to judge a ballot. Sent on every change of the run, in order with the ballots. */
export interface RunRule {
  runId: RunId;
  pollId: PollId;
  mode: Mode;
  round: number;
  kind: CueKind;
  intake: Intake;
  options: OptionId[];
  min: number;
  max: number;
  maxBallots: number;
  graceMs: number;
  openedAtMs: number | null;
  /** Null while paused and before GO. */
  closesAtMs: number | null;
  pausedAtMs: number | null;
  /** Whether the show is in this run's mode; nobody votes in the other one. */
  modeIsOn: boolean;
}

/**
 * A ballot on its way to the box. A tuple, because it is the hot message: voter, token's mode, ballot, poll, round, choice, castAtMs,
 * receivedAtMs (core time), the key of the network that it came from, and when the voter's token was made (core time). The last two are missing from an edge
 * of an earlier version: where the program is replaced under a running server, such an edge goes on beside a new core.
 */
export type BallotRow = [
  voterId: VoterId,
  mode: Mode,
  id: BallotId,
  pollId: PollId,
  round: number,
  choice: OptionId[],
  castAtMs: number | null,
  receivedAtMs: number,
  network?: string,
  tokenMadeAtMs?: number,
];

/** Limits that hold for all edges together. */
export const HOUSE_LIMITS = ['arrivals', 'ballots', 'wrong-codes', 'wrong-codes-wider', 'wrong-codes-all'] as const;
export type HouseLimit = (typeof HOUSE_LIMITS)[number];
/** By limit and key, what was taken or what is left. Only keys that are worth a word: one phone never is. */
export type Spent = { [L in HouseLimit]?: [key: string, amount: number][] };
/** Arrivals that the limit of their network turned away, by network. */
export type Refused = [network: string, count: number][];

/** The box's word on one ballot: a receipt, or not known / no ballot. */
export type BallotAnswer =
  | { status: ReceiptStatus; ref?: string; atMs: number }
  | { error: 'malformed' | 'paused' | 'unavailable'; retryAfterMs?: number };

/** Attempts that an edge refused by itself, per run, since its last batch. */
export type EdgeClassDeltas = Record<string, { malformed?: number; 'rate-limited'?: number }>;

export interface BallotBatch {
  t: 'batch';
  /** Counts up from 1 within an edge epoch; a batch is sent again under the same number until it is answered. */
  batchNo: number;
  ballots: BallotRow[];
  classes: EdgeClassDeltas;
}

export interface EdgeHeartbeat {
  t: 'heartbeat';
  ready: boolean;
  /** Its successor has taken over its port, and its viewers are being sent there. */
  retired: boolean;
  /** It has no room: who comes is turned away, or connections that have not said what they want are ended for them. */
  full: boolean;
  /** The newest `runs` message and public states it holds. */
  rulesRev: number;
  stateEpoch: number;
  stateRev: number;
  ws: number;
  sse: number;
  /** An estimate, by the rate at which each network asks. */
  poll: number;
  /** Of those on sockets and streams, the ones in the rehearsal. */
  rehearsing: number;
  /** Viewers who came by HTTP for a token since this edge was born: who follows the show without a hello is one of these, or nobody knows of them. */
  joins: number;
  /** Joins and hellos let in since this edge was born; the core makes a rate of it. */
  arrivals: number;
  queueDepth: number;
  queueHeadAgeMs: number;
  ackP50Ms: number;
  ackP99Ms: number;
  rssMb: number;
  /** Delay of the event loop over the last second, p99, ms. */
  loopP99Ms: number;
  /** How long the last fan-out round took, ms; 0 before the first. */
  roundMs: number;
  /** File descriptors in use, about: sockets and a fixed few. */
  descriptors: number;
  descriptorLimit: number;
  /** The newest `measures` message that is in force here: what it changes has gone out to every socket. */
  measuresRev: number;
  /** Refused by itself and not yet in a batch; counted as `unknown` if this edge dies now. */
  unflushed: EdgeClassDeltas;
}

export type EdgeToCore =
  /** `orders`: as the last core told them. */
  | { t: 'hello'; edgeId: string; edgeEpoch: string; pid: number; orders: HeldOrder[] }
  | BallotBatch
  /** Clock exchange: `t0` is the edge's monotonic time, ms. */
  | { t: 'ping'; t0: number }
  | EdgeHeartbeat
  /** Everything received before the barrier has been sent in batches before this message. */
  | { t: 'drained'; barrierId: number }
  /** What this edge has given since it last told, and whom it turned away. */
  | { t: 'spent'; spent: Spent; refused: Refused }
  /** It ends in good order: everything that it held has been sent and answered, and nothing more will come. */
  | { t: 'left' };

export type CoreToEdge =
  /** First message after hello. */
  | { t: 'welcome'; epoch: number; serverNowMs: number }
  | { t: 'runs'; rulesRev: number; rules: RunRule[]; whole: boolean }
  /** The public state of one mode; `now` is set when a phase changed and it must go out at once. */
  | { t: 'state'; state: PublicState; now: boolean }
  /** Measures that are on; sent after the states that carry their hints, so holding it means that these went out. `rev` counts within the core's epoch. */
  | { t: 'measures'; rev: number; on: SwitchId[] }
  | { t: 'answers'; batchNo: number; answers: BallotAnswer[] }
  | { t: 'pong'; t0: number; serverNowMs: number }
  /** Core time was set by so many ms: whatever comes after this counts by the new one. */
  | { t: 'clock'; byMs: number }
  | { t: 'barrier'; barrierId: number }
  /** What another edge has given: it is taken from the same buckets here. */
  | { t: 'spent'; spent: Spent }
  /** How many edges there are, for when nobody can tell; and, to an edge that comes in, what is left in buckets that are not full. */
  | { t: 'house'; edges: number; low: Spent }
  /** Acts that took away and are not in the journal yet; the whole list, for the next core's ear. */
  | { t: 'orders'; orders: HeldOrder[] };
