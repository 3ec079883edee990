/** The two ends of what joins the core with its edges, as the rest of the server sees them. */
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { CoreToEdge, EdgeHeartbeat, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { LinkedEdge } from './linked-edge.ts';

/** The core's end. What goes to one edge comes to it in the order in which it was sent, and so does what comes from one. */
export interface CoreBackplane {
  /** Edges that have said hello and whose connection stands. */
  links(): LinkedEdge[];
  /** To everybody who has been told how things stand. */
  broadcast(message: CoreToEdge): void;
  /** The same to everybody but the one that it came from. */
  relay(message: CoreToEdge, from: LinkedEdge): void;
  /** Ends every connection and listens no more. */
  close(): Promise<void>;
}

/** What the core's end asks of the core. */
export interface CoreSide {
  /** `orders`: as the last core told them to this edge. */
  onHello: (link: LinkedEdge, orders: HeldOrder[]) => void;
  /** A heartbeat is in the link by then, and a last word, too. */
  onMessage: (link: LinkedEdge, message: EdgeWord) => void;
  /** The connection ended, whatever became of the edge. */
  onGone: (link: LinkedEdge) => void;
}

/** What an edge says to the core that is neither a batch nor the backplane's own business. */
export type EdgeWord = Extract<EdgeToCore, { t: 'heartbeat' | 'drained' | 'spent' | 'left' }>;

/** What the core says to an edge that is not the backplane's own business. */
export type CoreWord = Extract<CoreToEdge, { t: 'runs' | 'state' | 'measures' | 'spent' | 'house' }>;

/** What the backplane asks of the edge it belongs to. */
export interface EdgeSide {
  /** Hello has been said to a core: normal work goes on. */
  linkUp(): void;
  /** Sends everything received so far; a barrier is answered right after. */
  flushAll(): void;
  heartbeat(): EdgeHeartbeat;
  /** What the other edges are to hear of; null: nothing. */
  spent(): Extract<EdgeToCore, { t: 'spent' }> | null;
  /** What the core has to say beyond the backplane's own business. */
  received(message: CoreWord): void;
  /** `sentAt`: when the message went that this answers. */
  coreTime(sentAt: MonotonicMs, serverNowMs: number): void;
  coreTimeSet(byMs: number): void;
}

/** The edge's end. It looks for a core for as long as it takes, and holds for the next one what the last could not write down. */
export interface EdgeBackplane {
  /** Hello has been said, and the core is not known to have gone. */
  readonly up: boolean;
  /** Whether the core answers: one that hangs is up, and tells nobody anything. */
  readonly inTouch: boolean;
  /** How long the core has been away, ms; 0 while it is up. */
  readonly downForMs: number;
  start(): void;
  /** Resolves once the core has taken a heartbeat that was made after this call. */
  reported(): Promise<void>;
  /** To be called for every unit of work: a flood that keeps the timers waiting must not make this edge look dead. */
  worked(): void;
  /** Tells what the other edges are to hear of before the next beat would. */
  tellSpent(): void;
  /** Says that everything held has been sent and answered, the last word of this edge. Resolves once it is out, or at once without a core. */
  sayLeft(): Promise<void>;
  stop(): void;
}
