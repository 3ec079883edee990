import type { ClientFrame, PublicState, ServerFrame } from '../../../shared/protocol/audience.ts';
import type { Env, PageAnswer, PageRequest, SocketHandlers, StreamHandlers } from '../env.ts';

/** One WebSocket as the page opened it. */
export interface FakeSocket {
  /** What the page sent. */
  sent: ClientFrame[];
  closedByPage: boolean;
  open(): void;
  say(frame: ServerFrame): void;
  /** The connection ends with this close code. */
  drop(code: number): void;
}

/** One event stream as the page opened it. */
export interface FakeStream {
  path: string;
  closedByPage: boolean;
  say(state: PublicState): void;
  /** The stream ends, or never began. */
  fail(): void;
}

export type Answering = (request: PageRequest) => Partial<PageAnswer> | 'no answer';

/** A browser whose clock, chance, sockets, streams and requests the test holds in its hand. */
export interface FakeEnv extends Env {
  /** Lets time pass, running what is due in order, promises included. */
  advance(ms: number): Promise<void>;
  /** What `random` gives from now on. */
  chance: number;
  sockets: FakeSocket[];
  streams: FakeStream[];
  requests: { atMs: number; request: PageRequest }[];
  answering: Answering;
  /** Replaced to forbid (throw) or lack (null) WebSockets. */
  openSocket: Env['openSocket'];
  /** The same for event streams. */
  openStream: Env['openStream'];
}

export function fakeEnv(): FakeEnv {
  let nowMs = 0;
  let timerId = 0;
  let bytes = 0;
  const timers = new Map<number, { atMs: number; run: () => void }>();

  async function settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  }

  const env: FakeEnv = {
    chance: 0.5,
    sockets: [],
    streams: [],
    requests: [],
    answering: () => 'no answer',
    nowMs: () => nowMs,
    random: () => env.chance,
    after(delayMs, run) {
      timerId += 1;
      const id = timerId;
      timers.set(id, { atMs: nowMs + delayMs, run });
      return () => timers.delete(id);
    },
    randomBytes(length) {
      bytes += 1;
      return new Uint8Array(length).fill(bytes);
    },
    openSocket(_path, handlers) {
      const socket = fakeSocket(handlers);
      env.sockets.push(socket);
      return {
        send: (data) => void socket.sent.push(JSON.parse(data)),
        close: () => {
          socket.closedByPage = true;
        },
      };
    },
    openStream(path, handlers) {
      const stream = fakeStream(path, handlers);
      env.streams.push(stream);
      return {
        close: () => {
          stream.closedByPage = true;
        },
      };
    },
    async request(request) {
      env.requests.push({ atMs: nowMs, request });
      const answer = env.answering(request);
      if (answer === 'no answer') throw new Error('no network');
      return { status: 200, etag: null, retryAfterMs: null, body: null, ...answer };
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        let next: { id: number; atMs: number; run: () => void } | null = null;
        for (const [id, timer] of timers) {
          if (timer.atMs <= untilMs && (next === null || timer.atMs < next.atMs)) next = { id, ...timer };
        }
        if (next === null) break;
        timers.delete(next.id);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settle();
      }
      nowMs = untilMs;
    },
  };
  return env;
}

function fakeSocket(handlers: SocketHandlers): FakeSocket {
  return {
    sent: [],
    closedByPage: false,
    open: () => handlers.open(),
    say: (frame) => handlers.message(JSON.stringify(frame)),
    drop: (code) => handlers.closed(code),
  };
}

function fakeStream(path: string, handlers: StreamHandlers): FakeStream {
  return {
    path,
    closedByPage: false,
    say: (state) => handlers.state(JSON.stringify(state)),
    fail: () => handlers.failed(),
  };
}
