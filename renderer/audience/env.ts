/** What the page needs of a browser, so that tests can hand in their own clock, chance, sockets and requests. */

export type Cancel = () => void;

export interface SocketHandlers {
  open(): void;
  message(data: string): void;
  /** Once, also after a failed opening. */
  closed(code: number): void;
}

export interface Socket {
  send(data: string): void;
  close(): void;
}

export interface StreamHandlers {
  /** The text of a `state` event. */
  state(data: string): void;
  /** Once: the stream has ended or never began. A browser tells neither why nor for how long to stay away. */
  failed(): void;
}

export interface Stream {
  close(): void;
}

export interface PageRequest {
  method: 'GET' | 'POST';
  /** Relative to the page. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
}

export interface PageAnswer {
  status: number;
  etag: string | null;
  /** From the `Retry-After` header; null when absent or a date. */
  retryAfterMs: number | null;
  /** The parsed JSON, or null when there was none. */
  body: unknown;
}

export interface Env {
  /** Monotonic, ms; its zero means nothing. */
  nowMs(): number;
  /** 0 to 1. */
  random(): number;
  after(delayMs: number, run: () => void): Cancel;
  randomBytes(length: number): Uint8Array;
  /** Null where the browser has no WebSocket; throws where it is forbidden. The path is relative to the page. */
  openSocket: ((path: string, handlers: SocketHandlers) => Socket) | null;
  /** Server-sent events; null where the browser has none, throws where they are forbidden. The path is relative to the page. */
  openStream: ((path: string, handlers: StreamHandlers) => Stream) | null;
  /** Rejects when no answer came (no network, time-out); any HTTP status is an answer. */
  request(request: PageRequest): Promise<PageAnswer>;
}
