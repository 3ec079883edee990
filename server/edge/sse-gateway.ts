import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Mode } from '../../shared/protocol/ids.ts';
import { markOf, type Network } from '../process/network.ts';
import type { Crowd } from './fan-out.ts';
import type { Guests } from './guests.ts';
import { COMMON_HEADERS } from './http-answer.ts';
import { type Framed, framed, LAST_CHUNK } from './http-chunk.ts';
import type { EdgeLimits } from './limits.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import { PingWheel, type Spoke } from './ping-wheel.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import type { Kind, RoomMaker } from './room-maker.ts';
import { Roster, type Seated } from './roster.ts';
import { spread } from './spread.ts';

/**
 * Keeps proxies from ending a quiet stream. It also is what the system finds missing the acknowledgements of when a viewer
 * has gone without a word: then the socket ends by itself, as late as the system gives up (Linux: about 15 minutes, by
 * `net.ipv4.tcp_retries2`). A stream has no way back on which it could be asked.
 */
const HEARTBEAT = framed(':\n\n');

interface Stream extends Spoke, Seated {
  /** Of its network. */
  mark: number;
  /** Written to beside the response, which would frame the same bytes again for every stream. */
  socket: Socket;
  form: keyof Framed;
  mode: Mode;
  sentSeq: number;
  behind: boolean;
  /** Bytes that the system had taken when it was last looked at. */
  takenBytes: number;
}

export interface OpenStream {
  res: ServerResponse;
  held: HeldState;
  /** `Last-Event-ID` as the browser sent it, or null. */
  lastEventId: string | null;
  /** Seen with a code or a rehearsal token: no cache may keep it. */
  noStore: boolean;
  network: Network;
}

export interface SseGatewayOptions {
  states: PublicStates;
  measures: MeasuresInForce;
  /** The connections that a stream is no more one of. */
  guests: Guests;
  room: RoomMaker;
  limits: EdgeLimits;
}

/** Viewers on Server-Sent Events: the same states as on WebSocket, one way. */
export class SseGateway implements Crowd {
  readonly #options: SseGatewayOptions;
  readonly #streams: Record<Mode, Roster<Stream>> = { live: new Roster(), rehearsal: new Roster() };
  readonly #wheel: PingWheel<Stream>;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SseGatewayOptions) {
    this.#options = options;
    this.#wheel = new PingWheel(options.limits.heartbeatEveryMs);
    this.#timer = setInterval(() => this.#turn(), this.#wheel.turnMs);
  }

  get count(): number {
    return this.size('live') + this.size('rehearsal');
  }

  size(mode: Mode): number {
    return this.#streams[mode].size;
  }

  /**
   * The streams that may have to go for others, in the order in which they came, about. A browser shows no token for a stream: whether
   * somebody stands behind it is known only by what else its network has done.
   */
  readonly kind: Kind = {
    marks: () => this.#marks(),
    showOut: (mark, most) => {
      const out = this.#all.filter((stream) => stream.mark === mark).slice(0, most);
      for (const stream of out) {
        this.#forget(stream);
        stream.socket.write(retryLine(this.#options.measures.comeBackMs(stream.mode))[stream.form]);
        stream.socket.destroy();
      }
      return out.length;
    },
  };

  /** False where its network gets no more of them now: nothing has been answered then. */
  open({ res, held, lastEventId, noStore, network }: OpenStream): boolean {
    const { mode } = held.state;
    const { guests, room, measures } = this.#options;
    const mark = markOf(network);
    if (room.refuses(mark)) return false;
    const { socket, req } = res;
    const form = req.httpVersionMajor === 1 && req.httpVersionMinor === 0 ? 'plain' : 'chunked';
    // The viewer has gone meanwhile.
    if (socket === null) return true;
    guests.left(socket);
    res.writeHead(200, {
      ...COMMON_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': noStore ? 'no-store' : 'no-cache',
      vary: 'authorization',
      ...(form === 'chunked' ? { 'transfer-encoding': 'chunked' } : { connection: 'close' }),
      // Some proxies hold small answers back until they are whole; this one never is.
      'x-accel-buffering': 'no',
    });
    res.flushHeaders();
    socket.write(retryLine(measures.comeBackMs(mode))[form]);
    const places = { slot: 0, seenAtTurn: 0, place: -1 };
    const stream: Stream = { socket, mark, form, mode, sentSeq: 0, behind: false, takenBytes: 0, ...places };
    if (lastEventId === held.version) stream.sentSeq = held.seq;
    this.#streams[mode].add(stream);
    this.#wheel.add(stream);
    socket.on('close', () => this.#forget(stream));
    this.#send(stream, held);
    return true;
  }

  visit(held: HeldState, count: number): void {
    const streams = this.#streams[held.state.mode];
    for (let left = count; left > 0; left -= 1) {
      const stream = streams.next();
      if (stream !== null) this.#send(stream, held);
    }
  }

  broadcast(held: HeldState): void {
    for (const stream of this.#streams[held.state.mode]) this.#send(stream, held);
  }

  /** Its code is another now: whoever watches comes back at once, and is seen in as what they bring allows. */
  endRehearsal(): void {
    for (const { socket, form } of [...this.#streams.rehearsal]) {
      if (form === 'chunked') socket.write(LAST_CHUNK);
      socket.end();
    }
  }

  /** Ends every stream, evenly over `overMs`, each told when to come back. */
  async leave(overMs: number, retryAfterMs: () => number): Promise<void> {
    await spread(this.#all, overMs, ({ socket, form }) => {
      socket.write(retryLine(retryAfterMs())[form]);
      if (form === 'chunked') socket.write(LAST_CHUNK);
      socket.end();
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#all) socket.destroy();
  }

  get #all(): Stream[] {
    return [...this.#streams.live, ...this.#streams.rehearsal];
  }

  *#marks(): Generator<number> {
    for (const { mark } of this.#all) yield mark;
  }

  #forget(stream: Stream): void {
    this.#streams[stream.mode].delete(stream);
    this.#wheel.delete(stream);
  }

  /** Beats for those whose turn it is, and ends those that take in nothing of what waits for them. */
  #turn(): void {
    for (const { socket, form } of this.#wheel.turn()) socket.write(HEARTBEAT[form]);
    for (const stream of this.#wheel.looked()) {
      const { socket } = stream;
      const takenBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || takenBytes > stream.takenBytes) {
        stream.takenBytes = takenBytes;
        this.#wheel.saw(stream);
      } else if (this.#wheel.sinceMs(stream.seenAtTurn) >= this.#options.limits.deadAfterMs) socket.destroy();
    }
  }

  #send(stream: Stream, held: HeldState): void {
    const { socket } = stream;
    const { skipBeyondBytes, cutBeyondBytes } = this.#options.limits;
    if (stream.behind || stream.sentSeq >= held.seq || !socket.writable) return;
    if (socket.writableLength > skipBeyondBytes) {
      stream.behind = true;
      socket.once('drain', () => {
        stream.behind = false;
        const latest = this.#options.states.get(stream.mode);
        if (latest !== null) this.#send(stream, latest);
      });
      return;
    }
    stream.sentSeq = held.seq;
    socket.write(held.sseEvent[stream.form]);
    if (socket.writableLength > cutBeyondBytes) socket.destroy();
  }
}

/** `retry:` waits for the next event to be complete, so a blank line ends it here. */
function retryLine(retryAfterMs: number): Framed {
  return framed(`retry: ${retryAfterMs}\n\n`);
}
