import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { EdgeLimits } from './limits.ts';
import type { WsGateway } from './ws-gateway.ts';
import { upgradeRequest } from './ws-handshake.ts';

/** Whoever has said nothing for one to two of these is left to the HTTP server and its own patience. */
const PATIENCE_MS = 1_000;

export interface FrontDoorOptions {
  ws: WsGateway;
  wsPath: string;
  limits: EdgeLimits;
}

/**
 * Stands before an HTTP server and takes the plain requests for a WebSocket itself: a crowd that arrives within seconds makes
 * nothing but these, and reading them costs a part of what the HTTP server's objects for each do. Everything else,
 * also a request for a WebSocket in an unusual form, goes on to the server as if nobody had stood here.
 */
export function openFrontDoor(server: Server, { ws, wsPath, limits }: FrontDoorOptions): void {
  const [serve] = server.listeners('connection') as [(this: Server, socket: Socket) => void];
  let young = new Set<Socket>();
  let old = new Set<Socket>();

  const handOn = (socket: Socket, chunk: Buffer | null) => {
    socket.removeListener('data', onFirst);
    socket.removeListener('error', onError);
    socket.allowHalfOpen = true;
    serve.call(server, socket);
    if (chunk !== null) socket.emit('data', chunk);
  };

  function onFirst(this: Socket, chunk: Buffer): void {
    if (!young.delete(this)) old.delete(this);
    const request = upgradeRequest(chunk, wsPath, limits.headerBytes);
    if (request === null) {
      handOn(this, chunk);
      return;
    }
    this.removeListener('data', onFirst);
    this.removeListener('error', onError);
    ws.upgrade({ headers: request.headers, socket: this }, this, chunk.subarray(request.bytes));
  }

  server.removeListener('connection', serve);
  server.on('connection', (socket: Socket) => {
    // One that ends before it has said anything is simply over.
    socket.allowHalfOpen = false;
    socket.on('data', onFirst);
    socket.on('error', onError);
    young.add(socket);
  });
  const lookAround = () => {
    for (const socket of old) if (!socket.destroyed) handOn(socket, null);
    old = young;
    young = new Set();
  };
  let timer: NodeJS.Timeout | undefined;
  // A server may stop listening and begin again.
  server.on('listening', () => {
    clearInterval(timer);
    timer = setInterval(lookAround, PATIENCE_MS);
    timer.unref();
  });
  server.on('close', () => clearInterval(timer));
}

/** A reset before the first byte. */
function onError(): void {}
