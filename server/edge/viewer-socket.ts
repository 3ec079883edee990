import type { Duplex } from 'node:stream';
import WebSocket, { type RawData } from 'ws';
import type { ServerFrame } from '../../shared/protocol/audience.ts';
import type { BallotAnswer, BallotRow } from '../../shared/protocol/backplane.ts';
import type { Network } from './network.ts';
import type { Spoke } from './ping-wheel.ts';
import type { HeldState } from './public-states.ts';
import type { AudienceRefusal } from './refusal.ts';
import type { Seated } from './roster.ts';
import type { Voter } from './voter-token.ts';
import type { BallotSink } from './write-queue.ts';
import { textFrame } from './ws-frame.ts';

/** What a socket reports to. One for all sockets, so that a viewer costs no closures. */
export interface ViewerHost {
  readonly skipBeyondBytes: number;
  readonly cutBeyondBytes: number;
  received(socket: ViewerSocket, data: RawData, isBinary: boolean): void;
  sawLife(socket: ViewerSocket): void;
  closed(socket: ViewerSocket): void;
  /** The socket has read what it was behind with. */
  drained(socket: ViewerSocket): void;
  tooSlow(socket: ViewerSocket): void;
  answered(socket: ViewerSocket, row: BallotRow, answer: BallotAnswer): void;
}

/** One viewer's WebSocket with what the edge has to know of it. */
export class ViewerSocket extends WebSocket implements Spoke, Seated, BallotSink {
  host: ViewerHost | null = null;
  transport: Duplex | null = null;
  /** Until hello has been said; the request itself is not kept. */
  network: Network | null = null;
  /** Null until hello has been said. */
  voter: Voter | null = null;
  slot = 0;
  place = -1;
  /** Turn of the wheel at the last frame. */
  seenAtTurn = 0;
  /** `seq` of the newest state sent. */
  sentSeq = 0;
  framesBeforeHello = 0;
  behind = false;
  leaving = false;

  attach(host: ViewerHost, transport: Duplex, network: Network): void {
    this.host = host;
    this.transport = transport;
    this.network = network;
    this.on('message', onMessage);
    this.on('ping', onLife);
    this.on('pong', onLife);
    this.on('error', onError);
    this.on('close', onClose);
  }

  /**
   * Writes a frame beside `ws`, which would copy and frame the same bytes again for every socket. Safe because there
   * is no compression and no fragmented send whose frames this could fall between.
   */
  write(frame: Buffer): void {
    const { transport, host } = this;
    if (this.readyState !== WebSocket.OPEN || this.leaving || transport === null || host === null) return;
    transport.write(frame);
    if (transport.writableLength > host.cutBeyondBytes) host.tooSlow(this);
  }

  say(frame: ServerFrame): void {
    this.write(textFrame(JSON.stringify(frame)));
  }

  /** Sends a state unless this socket has had it or is behind; who is behind gets the latest when they have caught up. */
  sendState(held: HeldState): void {
    const { transport, host } = this;
    if (this.behind || this.sentSeq >= held.seq || transport === null || host === null) return;
    if (transport.writableLength > host.skipBeyondBytes) {
      this.behind = true;
      transport.once('drain', () => {
        this.behind = false;
        host.drained(this);
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
    const frame = textFrame(JSON.stringify({ t: 'bye', reason, retryAfterMs } satisfies ServerFrame));
    this.leaving = true;
    if (this.readyState === WebSocket.OPEN) this.transport?.write(frame);
    this.close(closeCode, reason);
  }

  answered(row: BallotRow, answer: BallotAnswer): void {
    this.host?.answered(this, row, answer);
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (this instanceof ViewerSocket) this.host?.received(this, data, isBinary);
}

function onLife(this: WebSocket): void {
  if (this instanceof ViewerSocket) this.host?.sawLife(this);
}

/** A broken frame or a reset connection; `close` follows and does what is to be done. */
function onError(): void {}

function onClose(this: WebSocket): void {
  if (this instanceof ViewerSocket) this.host?.closed(this);
}
