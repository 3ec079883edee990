import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { PublicState, Receipt, ServerFrame } from '../../../shared/protocol/audience.ts';
import { type CastBallot, isAnswered, newBallot, type VoteOptions, wireBallot } from './ballots.ts';

const HELLO_MS = 30_000;
const RECONNECT_MS = 200;
const FALLBACK_RETRY_MS = 500;

export interface WsViewerOptions {
  audienceUrl: string;
  /** Null: a new voter. */
  token?: string | null;
  code?: string;
  /** Comes back after a close, presents token, epoch and rev, and sends again what has no answer. */
  comesBack?: boolean;
}

/** A viewer on a WebSocket, with every frame it ever got. */
export class WsViewer {
  readonly frames: ServerFrame[] = [];
  readonly ballots: CastBallot[] = [];
  /** One for each socket that has ended, whoever ended it. */
  readonly closes: { code: number; reason: string }[] = [];
  token: string | null;
  voterId: string | null = null;
  /** The newest state. */
  state: PublicState | null = null;
  /** Sockets opened so far. */
  connections = 0;
  socket: WebSocket | null = null;
  readonly #options: WsViewerOptions;
  #left = false;

  constructor(options: WsViewerOptions) {
    this.#options = options;
    this.token = options.token ?? null;
    onTestFinished(() => this.leave());
  }

  /** Resolves with the welcome; rejects when the socket ends before it. */
  static async arrive(options: WsViewerOptions): Promise<WsViewer> {
    const viewer = new WsViewer(options);
    await viewer.connect();
    return viewer;
  }

  connect(): Promise<Extract<ServerFrame, { t: 'welcome' }>> {
    const { audienceUrl, code } = this.#options;
    const socket = new WebSocket(`${audienceUrl.replace(/^http/, 'ws')}/v1/ws`, { handshakeTimeout: HELLO_MS });
    this.socket = socket;
    this.connections += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('no welcome'));
        socket.terminate();
      }, HELLO_MS);
      socket.on('open', () => {
        const held = this.state === null ? {} : { epoch: this.state.epoch, rev: this.state.rev };
        this.send({ t: 'hello', token: this.token, ...held, ...(code === undefined ? {} : { code }) });
      });
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as ServerFrame;
        this.#received(frame);
        if (frame.t !== 'welcome') return;
        clearTimeout(timer);
        resolve(frame);
        for (const ballot of this.ballots) if (!isAnswered(ballot)) this.#cast(ballot);
      });
      // `close` follows and says the same.
      socket.on('error', () => {});
      socket.on('close', (closeCode, reason) => {
        clearTimeout(timer);
        this.closes.push({ code: closeCode, reason: String(reason) });
        reject(new Error(`the socket was closed before the welcome (${closeCode})`));
        if (this.#options.comesBack === true && !this.#left) void this.#comeBack();
      });
    });
  }

  /** Any frame, as it is. */
  send(frame: unknown): void {
    this.socket?.send(JSON.stringify(frame), () => {});
  }

  /** Casts a ballot at once, or with the next connection while there is none. */
  vote(pollId: string, choice: string[], options: VoteOptions = {}): CastBallot {
    const ballot = newBallot(pollId, choice, options);
    this.ballots.push(ballot);
    if (this.voterId !== null) this.#cast(ballot);
    return ballot;
  }

  framesOf<T extends ServerFrame['t']>(t: T): Extract<ServerFrame, { t: T }>[] {
    return this.frames.filter((frame): frame is Extract<ServerFrame, { t: T }> => frame.t === t);
  }

  /** The states of welcomes and state frames, in the order they came. */
  states(): PublicState[] {
    return this.frames.flatMap((frame) => (frame.t === 'welcome' || frame.t === 'state' ? [frame.state] : []));
  }

  receipts(): Receipt[] {
    return this.framesOf('receipt').map(({ receipt }) => receipt);
  }

  leave(): void {
    this.#left = true;
    this.socket?.terminate();
  }

  #cast(ballot: CastBallot): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    ballot.timesSent += 1;
    this.send({ t: 'ballot', ...wireBallot(ballot) });
  }

  #received(frame: ServerFrame): void {
    this.frames.push(frame);
    switch (frame.t) {
      case 'welcome':
        this.voterId = frame.voterId;
        this.token = frame.token ?? this.token;
        this.state = frame.state;
        break;
      case 'state':
        this.state = frame.state;
        break;
      case 'receipt':
        this.#ballot(frame.receipt.ballotId)?.receipts.push(frame.receipt);
        break;
      case 'error': {
        const ballot = this.#ballot(frame.ref);
        if (ballot === undefined) break;
        if (frame.code === 'malformed') ballot.refusedAs = frame.code;
        else setTimeout(() => isAnswered(ballot) || this.#cast(ballot), frame.retryAfterMs ?? FALLBACK_RETRY_MS);
        break;
      }
      case 'pong':
      case 'bye':
        break;
    }
  }

  #ballot(id: string | undefined): CastBallot | undefined {
    return this.ballots.find((ballot) => ballot.id === id);
  }

  async #comeBack(): Promise<void> {
    await sleep(RECONNECT_MS);
    // A failed attempt ends in a close, which comes back here.
    if (!this.#left) await this.connect().catch(() => {});
  }
}
