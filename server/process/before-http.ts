/**
 * What stands before `node:http`, and nothing else does: who hears of a connection, its bytes or its requests ahead of it, or in its
 * place. All of it leans on which listeners Node has, on what they are called for and in which order, none of which Node promises;
 * `before-http.test.ts` asks a real server and fails when one of these things changes.
 *
 * At the audience port a connection comes to the doors (is there room?), then to the front door (a plain request for a WebSocket never
 * comes further), then to the server, and `RepeatPolls` takes the server's seat where somebody polls. At the desk port `Connections`
 * hears first of connections and requests, and the gateway of upgrades.
 *
 * - A new server has one listener for `connection`. It takes the connection in that very call, and gives it one listener for `data`,
 *   which calls the one for `request` before it returns.
 * - What is put first among the listeners is called first. At `connection` nobody reads yet; at `close` of a connection whoever came
 *   first hears of it before the server tells the answers that were still owed.
 * - For an upgrade the server takes its listeners off the connection before it says so.
 * - Times begin when the server gets the connection, not when it was accepted: who has said nothing to us is unknown to it.
 * - With a listener for `timeout` nobody but that one ends a connection that stands still, also between two requests.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How often a server looks for requests that took too long, at the rarest. */
const CHECK_MS = 1_000;

type Enter = (socket: Socket) => void;

/**
 * Takes every connection of the server from now on, before `node:http` or whoever has stood here until now, and gives what passes one
 * on to them: so the last who stood here is asked first. To be called before anybody listens for connections beside them.
 */
export function standBefore(server: Server, enter: Enter): Enter {
  const [next, ...others] = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  if (next === undefined || others.length > 0)
    throw new Error('somebody else listens for the connections of this server');
  server.removeListener('connection', next);
  server.on('connection', enter);
  return (socket) => next.call(server, socket);
}

/** Passes on a connection of which something has been read already, as if nobody had: whoever read it listens no more. */
export function passOnRead(socket: Socket, { passOn, read }: { passOn: Enter; read: Buffer }): void {
  // As the server's own connections are, which sees to their end itself.
  socket.allowHalfOpen = true;
  passOn(socket);
  socket.emit('data', read);
}

/** Another socket to listen with, whose connections are the server's own from their first moment. */
export function anotherDoor(server: Server): NetServer {
  // As the HTTP server's own sockets are.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit('connection', socket));
}

interface Heard {
  connection: [socket: Socket];
  request: [request: IncomingMessage, response: ServerResponse];
  upgrade: [request: IncomingMessage, socket: Duplex];
}

/** Hears of something before `node:http` and whoever answers it; the last who asked for this hears first. */
export function hearFirst<What extends keyof Heard>(
  server: Server,
  what: What,
  listener: (...about: Heard[What]) => void,
): void {
  server.prependListener(what, listener as (...about: unknown[]) => void);
}

/** For a server whose requests have to be there within this, body and all, counted from when it got their first byte or their connection. */
export function requestsWithin(
  ms: number,
): Pick<ServerOptions, 'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval'> {
  return { requestTimeout: ms, headersTimeout: ms, connectionsCheckingInterval: Math.min(CHECK_MS, ms) };
}

/** Is told of each connection on which nothing has moved for so long, and between two requests after `keepAliveTimeout`; nobody else ends it. */
export function onStill(server: Server, { ms, act }: { ms: number; act: (socket: Socket) => void }): void {
  server.setTimeout(ms, act);
}

type Feed = (chunk: Buffer) => void;

/** The seat of `node:http` at one connection, from which somebody else may read for a while. */
export class HttpSeat {
  readonly #socket: Socket;
  readonly #feed: Feed;

  /** Null where the connection is read by somebody else, or by nobody. */
  static at(socket: Socket): HttpSeat | null {
    const [feed, ...others] = socket.listeners('data');
    return feed === undefined || others.length > 0 ? null : new HttpSeat(socket, feed as Feed);
  }

  private constructor(socket: Socket, feed: Feed) {
    this.#socket = socket;
    this.#feed = feed;
  }

  /** Has `reader` read instead. Does nothing where `node:http` has let go of the connection, as it does for an upgrade. */
  take(reader: Feed): void {
    const socket = this.#socket;
    if (!socket.listeners('data').includes(this.#feed)) return;
    // In this order: without any listener the socket would stop flowing.
    socket.on('data', reader);
    socket.removeListener('data', this.#feed);
  }

  /** Gives the seat back, and has `node:http` read this, which it has done when this returns: what it asks for has been handled. */
  giveBack(reader: Feed, chunk: Buffer): void {
    this.#socket.on('data', this.#feed);
    this.#socket.removeListener('data', reader);
    this.#feed(chunk);
  }
}
