import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { Role } from '../../shared/protocol/commands.ts';
import type { ControlReply, EdgesRefusal, ReadyEvent, ServerEvent } from '../../shared/protocol/process.ts';
import { lineSplitter } from '../process/line-splitter.ts';

const MAX_LINE_LENGTH = 64 * 1024;
const HELLO_WITHIN_MS = 5_000;
/** Whoever doesn't read is not waited for, and not written to beyond this. */
const GOODBYE_WITHIN_MS = 500;
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

const Request = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), token: z.string(), owner: z.boolean() }),
  z.object({ t: z.literal('code'), ref: z.number(), role: Role }),
  z.object({ t: z.literal('status'), ref: z.number() }),
  z.object({ t: z.literal('restart-edges'), ref: z.number(), rotateKey: z.boolean() }),
  z.object({ t: z.literal('stop') }),
]);

export interface ControlSocketOptions {
  path: string;
  token: string;
  /** What `welcome` and `status` tell; null before the server is ready. */
  ready: () => ReadyEvent | null;
  /** A fresh one-time code, known to the core. */
  mintCode: (role: Role) => string;
  onOwner: (connection: object) => void;
  onOwnerGone: (connection: object) => void;
  /** Null when it has begun. */
  onRestartEdges: (rotateKey: boolean) => EdgesRefusal | null;
  onStop: () => void;
}

/** How an app that was started again finds and takes over a server that outlived it. */
export class ControlSocket {
  readonly #options: ControlSocketOptions;
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #welcomed = new Set<Socket>();

  constructor(options: ControlSocketOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.on('error', reject);
      this.#server.listen(this.#options.path, resolve);
    });
  }

  broadcast(event: ServerEvent): void {
    for (const socket of this.#welcomed) reply(socket, { t: 'event', event });
  }

  /** Ends every connection after what was told last. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#connections) socket.end(() => socket.destroy());
    const tooLong = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, GOODBYE_WITHIN_MS);
    await closed;
    clearTimeout(tooLong);
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    const tooLate = setTimeout(() => socket.destroy(), HELLO_WITHIN_MS);
    // A peer that vanished is told apart from nothing; `close` follows and is what counts.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(tooLate);
      this.#connections.delete(socket);
      this.#welcomed.delete(socket);
      this.#options.onOwnerGone(socket);
    });
    socket.setEncoding('utf8').on(
      'data',
      lineSplitter(MAX_LINE_LENGTH, (line) => {
        if (socket.writable) this.#heard(socket, line, tooLate);
      }),
    );
  }

  #heard(socket: Socket, line: string, tooLate: NodeJS.Timeout): void {
    const request = parseRequest(line);
    if (request === null) {
      refuse(socket, 'This is no request that this server knows.');
      return;
    }
    if (!this.#welcomed.has(socket)) {
      // Whoever can connect but not read run.json is another user: nothing before the token is right.
      if (request.t !== 'hello' || !sameSecret(request.token, this.#options.token)) {
        refuse(socket, 'The first line must be a hello with the token of run.json.');
        return;
      }
      clearTimeout(tooLate);
      this.#welcomed.add(socket);
      if (request.owner) this.#options.onOwner(socket);
      reply(socket, { t: 'welcome', ready: this.#options.ready() });
      return;
    }
    switch (request.t) {
      case 'hello':
        refuse(socket, 'Hello was said already.');
        break;
      case 'code':
        reply(socket, { t: 'code', ref: request.ref, code: this.#options.mintCode(request.role) });
        break;
      case 'status':
        reply(socket, { t: 'status', ref: request.ref, ready: this.#options.ready() });
        break;
      case 'restart-edges': {
        const { ref, rotateKey } = request;
        reply(socket, { t: 'restart-edges', ref, refused: this.#options.onRestartEdges(rotateKey) });
        break;
      }
      case 'stop':
        this.#options.onStop();
        break;
    }
  }
}

function parseRequest(line: string): z.infer<typeof Request> | null {
  try {
    return Request.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function reply(socket: Socket, message: ControlReply): void {
  if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  else socket.write(`${JSON.stringify(message)}\n`);
}

function refuse(socket: Socket, message: string): void {
  socket.end(`${JSON.stringify({ t: 'refused', message } satisfies ControlReply)}\n`);
}

/** In constant time: how long the comparison takes must not tell how much of a guess was right. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
