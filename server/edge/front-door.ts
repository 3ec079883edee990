import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { passOnRead, standBefore } from '../process/before-http.ts';
import { markOf, type Networks } from '../process/network.ts';
import type { EdgeLimits } from './limits.ts';
import { beginsForPerson } from './person-page.ts';
import type { RoomMaker } from './room-maker.ts';
import type { Strangers } from './strangers.ts';
import type { WsGateway } from './ws-gateway.ts';
import { upgradeRequest } from './ws-handshake.ts';

/** How often somebody looks for those who have said nothing for too long. */
const LOOK_MS = 1_000;

const FOR_PERSON = Symbol('for a person');
type Visitor = Socket & { [FOR_PERSON]?: boolean };

/** Whether the connection began with a request for a page, as far as that could be read. */
export function beganForPerson(socket: Visitor): boolean {
  return socket[FOR_PERSON] === true;
}

export interface FrontDoorOptions {
  ws: WsGateway;
  wsPath: string;
  networks: Networks;
  /** Connections that have sent no whole request. */
  strangers: Strangers<Socket>;
  limits: EdgeLimits;
  room: RoomMaker;
  /** Told of who said nothing for as long as a request may take. */
  onSilence: (socket: Socket) => void;
}

/** What has to be told of each request that the HTTP server has read. */
export type FrontDoor = (socket: Socket) => void;

/**
 * Stands before an HTTP server and takes the plain requests for a WebSocket itself: a crowd that arrives within seconds makes
 * nothing but these, and reading them costs a part of what the HTTP server's objects for each do. Everything else,
 * also a request for a WebSocket in an unusual form, goes on to the server as if nobody had stood here.
 */
export function openFrontDoor(server: Server, options: FrontDoorOptions): FrontDoor {
  const { ws, wsPath, networks, strangers, limits, room, onSilence } = options;
  /** Those who have said nothing at all; the others are known to the HTTP server, which has its own patience with them. */
  const silent = new Set<Socket>();
  let turns = 0;

  function onFirst(this: Visitor, chunk: Buffer): void {
    silent.delete(this);
    const request = upgradeRequest(chunk, wsPath, limits.headerBytes);
    this.removeListener('data', onFirst);
    this.removeListener('error', onError);
    if (request === null) {
      if (beginsForPerson(chunk)) this[FOR_PERSON] = true;
      passOnRead(this, { passOn: serve, read: chunk });
      return;
    }
    this.removeListener('close', onClose);
    strangers.left(this);
    ws.upgrade({ headers: request.headers, socket: this }, this, chunk.subarray(request.bytes));
  }

  function onClose(this: Socket): void {
    silent.delete(this);
    strangers.left(this);
  }

  const serve = standBefore(server, (socket: Socket) => {
    const network = networks.ofPeer(socket.remoteAddress ?? '');
    if (network !== null && (!strangers.hasRoomFor(network) || room.refuses(markOf(network)))) {
      socket.destroy();
      return;
    }
    // One that ends before it has said anything is simply over.
    socket.allowHalfOpen = false;
    socket.on('data', onFirst);
    socket.on('error', onError);
    socket.on('close', onClose);
    strangers.enter(socket, network, turns);
    silent.add(socket);
  });
  const lookMs = Math.min(LOOK_MS, limits.requestMs);
  const lookAround = () => {
    turns += 1;
    if (!server.listening && strangers.size === 0) clearInterval(timer);
    for (const socket of strangers.cameBy(turns - 1 - Math.ceil(limits.requestMs / lookMs))) {
      if (silent.delete(socket)) onSilence(socket);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  // A server may stop listening and begin again.
  server.on('listening', () => {
    clearInterval(timer);
    timer = setInterval(lookAround, lookMs);
    timer.unref();
  });
  return (socket) => strangers.left(socket);
}

/** A reset before the first byte. */
function onError(): void {}
