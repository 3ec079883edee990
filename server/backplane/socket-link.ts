import { connect } from 'node:net';
import type { Logger } from 'pino';
import WebSocket from 'ws';
import { type MonotonicMs, monotonicMs, NEVER, rawMs, sinceMs } from '../../shared/domain/time.ts';
import type { BallotAnswer, BallotBatch, CoreToEdge, EdgeToCore } from '../../shared/protocol/backplane.ts';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import { LifeSign } from '../process/life-sign.ts';
import type { EdgeBackplane, EdgeSide } from './backplane.ts';
import { batchText } from './batch-text.ts';

/** While the core is away. It is back within a second, and a local socket that nobody listens on costs nothing. */
const RECONNECT_MS = 100;
const HANDSHAKE_TIMEOUT_MS = 2_000;
/** Clock exchange and heartbeat. */
const PULSE_MS = 250;
/** A core that has answered none of six pings is not at work. */
const OUT_OF_TOUCH_MS = 1_500;
/** A timer that comes a little early still finds it due. */
const PULSE_LEAST_MS = 200;

/** Who gives batches to the link: they go the same ordered way as all else that is said to the core. */
export interface BatchEnd {
  /** Batches that were given and not answered. */
  readonly unanswered: number;
  /** Hello has been said, and nothing else yet: what is unanswered goes first. */
  linkUp(): void;
  /** In the order of the batch's ballots. */
  answered(batchNo: number, answers: readonly BallotAnswer[]): void;
}

export interface SocketLinkOptions {
  /** Unix socket or named pipe of the core. */
  backplanePath: string;
  edgeId: string;
  /** Names this life of the edge: batch numbers count within it. */
  edgeEpoch: string;
  monotonicNow: () => MonotonicMs;
  side: EdgeSide;
  batches: BatchEnd;
  log: Logger;
}

/** The edge's end of the backplane: one ordered WebSocket to the core, made again for as long as it takes. */
export class SocketLink implements EdgeBackplane {
  readonly #options: SocketLinkOptions;
  #socket: WebSocket | null = null;
  #up = false;
  #stopped = false;
  #retry: NodeJS.Timeout | null = null;
  #pulse: NodeJS.Timeout | null = null;
  readonly #life: LifeSign;
  /** As the last core told them. The next one may know of them from nobody else. */
  #orders: HeldOrder[] = [];
  #downSince: MonotonicMs;
  #heardAt: MonotonicMs = NEVER;
  #helloAt: MonotonicMs = NEVER;
  #reports: { askedAtMs: number; taken: () => void }[] = [];

  constructor(options: SocketLinkOptions) {
    this.#options = options;
    this.#downSince = options.monotonicNow();
    this.#life = new LifeSign(PULSE_LEAST_MS, options.monotonicNow, () => this.#beat());
  }

  get up(): boolean {
    return this.#up;
  }

  get inTouch(): boolean {
    return this.#up && sinceMs(this.#options.monotonicNow(), this.#heardAt) < OUT_OF_TOUCH_MS;
  }

  get downForMs(): number {
    return this.#up ? 0 : sinceMs(this.#options.monotonicNow(), this.#downSince);
  }

  start(): void {
    this.#connect();
  }

  reported(): Promise<void> {
    return new Promise((taken) => {
      this.#reports.push({ askedAtMs: rawMs(this.#options.monotonicNow()), taken });
      if (this.#up) this.#beat();
    });
  }

  worked(): void {
    if (this.#up) this.#life.worked();
  }

  tellSpent(): void {
    if (!this.#up) return;
    const spent = this.#options.side.spent();
    if (spent !== null) this.#send(spent);
  }

  async sayLeft(): Promise<void> {
    const socket = this.#socket;
    if (!this.#up || socket === null) return;
    this.#up = false;
    this.#stopped = true;
    if (this.#pulse !== null) clearInterval(this.#pulse);
    await new Promise<void>((resolve) => {
      socket.send(JSON.stringify({ t: 'left' } satisfies EdgeToCore), () => resolve());
    });
  }

  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#pulse !== null) clearInterval(this.#pulse);
    this.#socket?.terminate();
  }

  /** @param left called when the batch has left this process */
  sendBatch(batch: BallotBatch, left: () => void): void {
    // An error here is followed by `close`; whoever gave the batch gives it again with the next connection.
    this.#socket?.send(batchText(batch), (error) => {
      if (!error) left();
    });
  }

  #connect(): void {
    const { backplanePath, log } = this.#options;
    // The address names nothing: the connection is made over the path, which on Windows no URL can carry.
    const socket = new WebSocket('ws://core/', {
      createConnection: () => connect(backplanePath),
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    this.#socket = socket;
    socket.on('open', () => this.#opened());
    socket.on('message', (data: Buffer) => this.#received(socket, data));
    socket.on('error', (error) => log.debug({ err: error }, 'backplane connection failed'));
    socket.on('close', () => this.#closed());
  }

  #opened(): void {
    const { edgeId, edgeEpoch, side, batches, monotonicNow, log } = this.#options;
    this.#helloAt = monotonicNow();
    this.#heardAt = this.#helloAt;
    this.#send({ t: 'hello', edgeId, edgeEpoch, pid: process.pid, orders: this.#orders });
    this.#up = true;
    log.info({ resent: batches.unanswered }, 'backplane connected');
    side.linkUp();
    batches.linkUp();
    this.#beat();
    this.#pulse = setInterval(() => this.#life.due(), PULSE_MS);
  }

  #closed(): void {
    const { monotonicNow, log } = this.#options;
    if (this.#pulse !== null) clearInterval(this.#pulse);
    this.#pulse = null;
    if (this.#up) {
      this.#up = false;
      this.#downSince = monotonicNow();
      if (!this.#stopped) log.warn('the core is away');
    }
    if (!this.#stopped) this.#retry = setTimeout(() => this.#connect(), RECONNECT_MS);
  }

  /** In this order: an answer to the ping says that the heartbeat has been taken. */
  #beat(): void {
    this.tellSpent();
    this.#send(this.#options.side.heartbeat());
    this.#send({ t: 'ping', t0: rawMs(this.#options.monotonicNow()) });
  }

  #pingAnswered(t0: number): void {
    const taken = this.#reports.filter(({ askedAtMs }) => askedAtMs <= t0);
    this.#reports = this.#reports.filter(({ askedAtMs }) => askedAtMs > t0);
    for (const report of taken) report.taken();
  }

  #received(socket: WebSocket, data: Buffer): void {
    const { side, batches, log, monotonicNow } = this.#options;
    this.#heardAt = monotonicNow();
    let message: CoreToEdge;
    try {
      message = JSON.parse(data.toString()) as CoreToEdge;
    } catch (error) {
      log.error({ err: error }, 'the core sent something that is no message');
      socket.terminate();
      return;
    }
    switch (message.t) {
      case 'pong':
        side.coreTime(monotonicMs(message.t0), message.serverNowMs);
        this.#pingAnswered(message.t0);
        return;
      case 'clock':
        side.coreTimeSet(message.byMs);
        return;
      case 'barrier':
        side.flushAll();
        this.#send({ t: 'drained', barrierId: message.barrierId });
        return;
      case 'welcome':
        side.coreTime(this.#helloAt, message.serverNowMs);
        return;
      case 'answers':
        batches.answered(message.batchNo, message.answers);
        return;
      case 'orders':
        this.#orders = message.orders;
        return;
      default:
        side.received(message);
    }
  }

  #send(message: EdgeToCore): void {
    this.#socket?.send(JSON.stringify(message), (error) => {
      if (error) this.#options.log.debug({ err: error }, 'backplane message did not leave');
    });
  }
}
