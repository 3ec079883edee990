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
  /** Its voter has left without the receipt. */
  isAbandoned: boolean;
  /** Sent once more although it has its receipt, which is to come once more. */
  isRepeated: boolean;
  /** Cast although its voter has used the one vote there is. */
  isSecond: boolean;
}

/** One simulated person, over all of their connections. */
export class Viewer {
  readonly index: number;
  transport: Transport;
  wire: Wire<Viewer> | null = null;
  /** What the connection waits for: nothing, its token, the answer to its upgrade, its first state; or it is here, or gone for good. */
  phase: 'away' | 'joining' | 'opening' | 'greeting' | 'here' | 'gone' = 'away';
  /** Gets its token from a `join` on a connection of its own. */
  readonly joinsFirst: boolean;
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
  /** Is on its way from one transport to the next. */
  isSwitching = false;
  /** Reads nothing for now. */
  isDeaf = false;
  /** Has shouted on this connection. */
  hasShouted = false;
  /** Everything this viewer has cast or means to cast, in order. */
  readonly ballots: HeldBallot[] = [];

  constructor(index: number, transport: Transport, joinsFirst: boolean) {
    this.index = index;
    this.transport = transport;
    this.joinsFirst = joinsFirst;
  }
}
