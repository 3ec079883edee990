import type { ServerResponse } from 'node:http';
import type { Crowd } from './fan-out.ts';
import { COMMON_HEADERS } from './http-answer.ts';
import type { EdgeLimits } from './limits.ts';
import { PingWheel, type Spoke } from './ping-wheel.ts';
import type { HeldState, PublicStates } from './public-states.ts';
import { spread } from './spread.ts';

/** Keeps proxies from ending a quiet stream, and finds viewers that have gone without a word. */
const HEARTBEAT = Buffer.from(':\n\n');

interface Stream extends Spoke {
  res: ServerResponse;
  sentSeq: number;
  behind: boolean;
}

export interface OpenStream {
  res: ServerResponse;
  held: HeldState;
  /** `Last-Event-ID` as the browser sent it, or null. */
  lastEventId: string | null;
  /** Seen with a code or a rehearsal token: no cache may keep it. */
  noStore: boolean;
}

export interface SseGatewayOptions {
  states: PublicStates;
  limits: EdgeLimits;
}

/** Viewers on Server-Sent Events: the same states as on WebSocket, one way. */
export class SseGateway implements Crowd {
  readonly #options: SseGatewayOptions;
  readonly #streams = { live: new Set<Stream>(), rehearsal: new Set<Stream>() };
  readonly #wheel = new PingWheel<Stream>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: SseGatewayOptions) {
    this.#options = options;
    const turnMs = PingWheel.turnMs(options.limits.pingEveryMs);
    this.#timer = setInterval(() => {
      for (const stream of this.#wheel.turn()) stream.res.write(HEARTBEAT);
    }, turnMs);
  }

  get count(): number {
    return this.#streams.live.size + this.#streams.rehearsal.size;
  }

  open({ res, held, lastEventId, noStore }: OpenStream): void {
    const { hints, mode } = held.state;
    res.writeHead(200, {
      ...COMMON_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': noStore ? 'no-store' : 'no-cache',
      vary: 'authorization',
      // Some proxies hold small answers back until they are whole; this one never is.
      'x-accel-buffering': 'no',
    });
    res.write(retryLine(hints.retryAfterMs + Math.random() * hints.jitterMs));
    const stream: Stream = { res, sentSeq: 0, behind: false, slot: 0 };
    if (lastEventId === held.version) stream.sentSeq = held.seq;
    this.#streams[mode].add(stream);
    this.#wheel.add(stream);
    res.on('close', () => {
      this.#streams[mode].delete(stream);
      this.#wheel.delete(stream);
    });
    this.#send(stream, held);
  }

  broadcast(held: HeldState): void {
    for (const stream of this.#streams[held.state.mode]) this.#send(stream, held);
  }

  /** Ends every stream, evenly over `overMs`, each told when to come back. */
  async leave(overMs: number, retryAfterMs: () => number): Promise<void> {
    await spread([...this.#streams.live, ...this.#streams.rehearsal], overMs, ({ res }) =>
      res.end(retryLine(retryAfterMs())),
    );
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { res } of [...this.#streams.live, ...this.#streams.rehearsal]) res.destroy();
  }

  #send(stream: Stream, held: HeldState): void {
    const { res } = stream;
    const { skipBeyondBytes, cutBeyondBytes } = this.#options.limits;
    if (stream.behind || stream.sentSeq >= held.seq || res.writableEnded) return;
    if (res.writableLength > skipBeyondBytes) {
      stream.behind = true;
      res.once('drain', () => {
        stream.behind = false;
        const latest = this.#options.states.get(held.state.mode);
        if (latest !== null) this.#send(stream, latest);
      });
      return;
    }
    stream.sentSeq = held.seq;
    res.write(held.sseEvent);
    if (res.writableLength > cutBeyondBytes) res.destroy();
  }
}

/** `retry:` waits for the next event to be complete, so a blank line ends it here. */
function retryLine(retryAfterMs: number): string {
  return `retry: ${Math.round(retryAfterMs)}\n\n`;
}
