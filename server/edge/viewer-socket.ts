import type { Duplex } from 'node:stream';
import type { ServerFrame } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import { markOf, type Network } from '../process/network.ts';
import type { Spender } from './frame-budget.ts';
import type { Spoke } from './ping-wheel.ts';
import type { HeldState } from './public-states.ts';
import type { AudienceRefusal } from './refusal.ts';
import type { Seated } from './roster.ts';
import type { Voter } from './voter-token.ts';
import type { BallotSink } from './write-queue.ts';
import { closeFrame, pongFrame, textFrame } from './ws-frame.ts';
import { type WsFault, WsReader } from './ws-reader.ts';

/** How long a closing socket may take before it is destroyed; a slow reader gets this long to read the goodbye. */
const CLOSE_TIMEOUT_MS = 5_000;
const VIEWER = Symbol('viewer');

/** A connection with the viewer it belongs to, so that all connections share their listeners. */
type Transport = Duplex & { [VIEWER]?: ViewerSocket };

/** What a socket reports to. One for all sockets, so that a viewer costs no closures. */
export interface ViewerHost {
  readonly skipBeyondBytes: number;
  readonly cutBeyondBytes: number;
  /** Of one message. */
  readonly mostBytes: number;
  /** The same of who has not said hello: there may be thousands, and none of them needs more. */
  readonly mostBytesBeforeHello: number;
  /** A control frame, or a part of a message. */
  tookPart(socket: ViewerSocket): void;
  received(socket: ViewerSocket, bytes: Buffer, isText: boolean): void;
  sawLife(socket: ViewerSocket): void;
  closed(socket: ViewerSocket): void;
  /** The socket has read what it was behind with. */
  drained(socket: ViewerSocket): void;
  tooSlow(socket: ViewerSocket): void;
  answered(socket: ViewerSocket, row: BallotRow, answer: BallotAnswer): void;
}

/** One viewer's WebSocket with what the edge has to know of it. */
export class ViewerSocket extends WsReader implements Spoke, Seated, Spender, BallotSink {
  readonly #host: ViewerHost;
  readonly #transport: Transport;
  /** Until hello has been said; the request itself is not kept. */
  network: Network | null;
  /** Of the network, for good. */
  readonly mark: number;
  /** For as long as it lives: it goes along with each ballot. */
  readonly networkKey: string;
  /** Null until hello has been said. */
  voter: Voter | null = null;
  slot = 0;
  place = -1;
  seenAtTurn = 0;
  /** `seq` of the newest state sent. */
  sentSeq = 0;
  framesBeforeHello = 0;
  spent = 0;
  spentAtTurn = 0;
  /** Ballots of this viewer that have no answer yet. */
  owed = 0;
  behind = false;
  /** Nothing is sent or taken any more. */
  leaving = false;
  #giveUp: NodeJS.Timeout | null = null;
  /** What came when nothing was read any more. */
  #unreadBytes = 0;

  /** The handshake is done, and nobody else listens to the connection. */
  constructor(host: ViewerHost, transport: Duplex, network: Network) {
    super();
    this.#host = host;
    this.#transport = transport;
    this.network = network;
    this.mark = markOf(network);
    this.networkKey = network.key;
    this.#transport[VIEWER] = this;
    // The end of what the other side says is the end of the connection.
    transport.allowHalfOpen = false;
    transport.on('data', onData);
    transport.on('error', onError);
    transport.on('close', onClose);
  }

  protected get mostBytes(): number {
    return this.voter === null ? this.#host.mostBytesBeforeHello : this.#host.mostBytes;
  }

  /** Whoever goes on and on behind the end is not waited for. */
  heard(chunk: Buffer): void {
    if (!this.isOver) {
      this.read(chunk);
      return;
    }
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes > this.#host.cutBeyondBytes) this.terminate();
  }

  /** Sends a frame that has been made before, for many sockets or for this one. */
  write(frame: Buffer): void {
    const transport = this.#transport;
    if (this.leaving || !transport.writable) return;
    transport.write(frame);
    if (transport.writableLength > this.#host.cutBeyondBytes) this.#host.tooSlow(this);
  }

  say(frame: ServerFrame): void {
    this.write(textFrame(JSON.stringify(frame)));
  }

  /** Sends a state unless this socket has had it or is behind; who is behind gets the latest when they have caught up. */
  sendState(held: HeldState): void {
    const transport = this.#transport;
    if (this.behind || this.sentSeq >= held.seq) return;
    if (transport.writableLength > this.#host.skipBeyondBytes) {
      this.behind = true;
      transport.once('drain', () => {
        this.behind = false;
        this.#host.drained(this);
      });
      return;
    }
    this.sentSeq = held.seq;
    this.write(held.wsFrame);
  }

  refuse({ code, message, retryAfterMs }: AudienceRefusal, ref: string | null): void {
    this.say({
      t: 'error',
      code,
      message,
      ...(ref === null ? {} : { ref }),
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
  }

  /** Says goodbye and closes; nothing is sent or taken after it. */
  bye(reason: string, retryAfterMs: number, closeCode: number): void {
    if (this.leaving) return;
    const goodbye = { t: 'bye', reason, retryAfterMs } satisfies ServerFrame;
    // Not by `write`, which says goodbye itself to whoever has too much unread.
    if (this.#transport.writable) this.#transport.write(textFrame(JSON.stringify(goodbye)));
    this.#close(closeCode, reason);
  }

  /** The same to who breaks the rules: nothing that they say is read any more, not even a goodbye. */
  cut(reason: string, retryAfterMs: number, closeCode: number): void {
    if (this.leaving) {
      this.terminate();
      return;
    }
    this.bye(reason, retryAfterMs, closeCode);
    this.endReading();
    this.#transport.end();
  }

  /** The same where its place is needed now: a reader who is slow misses the goodbye. */
  showOut(reason: string, retryAfterMs: number, closeCode: number): void {
    this.bye(reason, retryAfterMs, closeCode);
    this.terminate();
  }

  terminate(): void {
    this.#transport.destroy();
  }

  answered(row: BallotRow, answer: BallotAnswer): void {
    this.#host.answered(this, row, answer);
  }

  closed(): void {
    if (this.#giveUp !== null) clearTimeout(this.#giveUp);
    this.#host.closed(this);
  }

  protected tookPart(): void {
    this.#host.tookPart(this);
  }

  protected tookMessage(bytes: Buffer, isText: boolean): void {
    this.#host.received(this, bytes, isText);
  }

  protected tookPing(payload: Buffer): void {
    this.#host.sawLife(this);
    this.write(pongFrame(payload));
  }

  protected tookPong(): void {
    this.#host.sawLife(this);
  }

  protected tookClose(code: number | null): void {
    this.#close(code, '');
    this.#transport.end();
  }

  protected tookFault(fault: WsFault): void {
    this.#close(fault, '');
    this.#transport.end();
  }

  /** Sends the one goodbye of the protocol there is, and destroys the connection if its other end doesn't go. */
  #close(code: number | null, reason: string): void {
    if (!this.leaving && this.#transport.writable) this.#transport.write(closeFrame(code, reason));
    this.leaving = true;
    this.#giveUp ??= setTimeout(() => this.terminate(), CLOSE_TIMEOUT_MS);
  }
}

function onData(this: Transport, chunk: Buffer): void {
  this[VIEWER]?.heard(chunk);
}

/** A reset connection; `close` follows and does what is to be done. */
function onError(): void {}

function onClose(this: Transport): void {
  this[VIEWER]?.closed();
}
