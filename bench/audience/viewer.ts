import type { ReceiptStatus } from '../../shared/protocol/audience.ts';
import type { SeenState } from './state-reader.ts';
import type { Wire } from './wire.ts';

export type Transport = 'ws' | 'sse' | 'poll';

/** A ballot as its voter keeps it. */
export interface HeldBallot {
  id: string;
  pollId: string;
  round: number;
  choice: string;
  /** When its voter meant to send it, epoch ms; what it took is counted from here. */
  plannedMs: number;
  /** Epoch ms of the first time on the wire; null before. */
  sentAtMs: number | null;
  tries: number;
  status: ReceiptStatus | null;
  ref: string | null;
  /** Cast although its voter has used the one vote there is. */
  isSecond: boolean;
}

/** One simulated person, over all of their connections. */
export class Viewer {
  readonly index: number;
  readonly transport: Transport;
  wire: Wire | null = null;
  /** What the connection waits for: nothing, the answer to its upgrade, its first state; or it is here. */
  phase: 'away' | 'opening' | 'greeting' | 'here' = 'away';
  plannedMs = 0;
  /** Whether it has ever been here. */
  hasArrived = false;
  token: string | null = null;
  voterId: string | null = null;
  /** Who the last join by HTTP said that this is; on a WebSocket the welcome says it. */
  joinedAs: string | null = null;
  /** What a connection that speaks HTTP waits for. */
  httpStep: 'joining' | 'asking' | 'following' = 'joining';
  state: SeenState | null = null;
  /** Epoch ms at which the bytes that are being read came in. */
  heardAtMs = 0;
  /** When it was last shown a state, epoch ms; 0 before the first. */
  shownAtMs = 0;
  /** When the server last asked it to come back, ms; null when it said nothing. */
  retryAfterMs: number | null = null;
  /** Returns in a row without having come to be here. */
  attempts = 0;
  /** Everything this viewer has cast or means to cast, in order. */
  readonly ballots: HeldBallot[] = [];

  constructor(index: number, transport: Transport) {
    this.index = index;
    this.transport = transport;
  }
}
