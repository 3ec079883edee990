import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Logger } from 'pino';
import { anotherDoor, standBefore } from '../process/before-http.ts';
import type { RoomMaker } from './room-maker.ts';
import { stopListening } from './stop-listening.ts';

/**
 * Listening sockets of an edge on the shared port. A turn of the event loop takes one connection from each, however long
 * the turn is: with a single one, a vote of everybody, whose turns take tenths of a second, would let in a few people a
 * second and no more.
 */
const DOORS = 16;
/**
 * Connections that the system completes before this process takes them; the system's own bound (net.core.somaxconn) holds
 * below it. Whoever finds no room tries again a second later, and then three: Node's 511 are a tenth of a second of arrivals.
 */
const BACKLOG = 16_384;
/** Of the connections it may hold: with less room than this an edge counts them at every arrival. */
const LITTLE_ROOM = 0.02;
/**
 * With less than this, networks that hold more than others give some up until there is twice as much; a small edge keeps more free,
 * since one turn may bring a connection through each door.
 */
const SCARCE_ROOM = 0.01;
const LEAST_SCARCE_ROOM = 2 * DOORS;
/** With so many times more there is room for everybody. */
const AMPLE = 4;
/** An edge that stepped aside takes new ones again with this much room. */
const ROOM_AGAIN = 0.01;

export interface DoorsOptions {
  server: Server;
  host: string;
  /** 0: any that is free. */
  port: number;
  /** Whether several sockets, of this edge and of others, can listen on the port and each gets its part of who comes. */
  sharesPort: boolean;
  /** Connections that may be open at a time. */
  most: number;
  /** Ends a connection that nobody is known to stand behind; false where there is none. */
  makeRoom: () => boolean;
  /** Where one network holds most of the room there is. */
  fair: Pick<RoomMaker, 'make' | 'calm'>;
  log: Logger;
}

/**
 * Where viewers come in. Whoever comes to a full edge takes the place of one who holds it and says nothing; where there is none
 * they are turned away at once, and that takes the edge from the port it shares
 * until there is room: a viewer whom chance leads to a full one again and again would stay outside although others
 * have room.
 */
export class Doors {
  readonly #options: DoorsOptions;
  readonly #all: readonly NetServer[];
  #port: number;
  #open = 0;
  #room: number;
  /** Connections that were ended and are still counted. */
  #ending = 0;
  #aside = false;
  #closed = false;
  #closing: Promise<void> | null = null;
  /** Connections that came since somebody last looked at all of them for who has to go: not at each, since that takes 2 ms. */
  #cameSince = Number.POSITIVE_INFINITY;

  constructor(options: DoorsOptions) {
    this.#options = options;
    const { server, port, most, sharesPort } = options;
    this.#port = port;
    this.#room = most;
    const enter = standBefore(server, (socket) => {
      if (this.#mayEnter()) enter(socket);
      else this.#turnAway(socket);
    });
    const more = Array.from({ length: sharesPort ? DOORS - 1 : 0 }, () => anotherDoor(server));
    this.#all = [server, ...more];
  }

  /** Whether it turns away who comes. */
  get isFull(): boolean {
    return this.#aside || this.#room <= 0;
  }

  /** Connections, as counted last. */
  get connections(): number {
    return this.#open;
  }

  /** Begins to listen, and gives the port. Rejects when it can't be listened on. */
  async open(): Promise<number> {
    for (const door of this.#all) {
      if (this.#isShut) break;
      await this.#listen(door);
      // Meanwhile the edge may have become full, or been told to take nobody.
      if (this.#isShut) door.close();
    }
    return this.#port;
  }

  /** To be called about once a second. */
  async look(): Promise<void> {
    await this.#count();
    const { most, log, fair } = this.#options;
    if (this.#room > AMPLE * this.#scarceRoom) fair.calm();
    else if (this.#room <= this.#scarceRoom) this.#share();
    if (!this.#aside || this.#closed || this.#room < most * ROOM_AGAIN) return;
    this.#aside = false;
    try {
      await this.open();
      log.info({ open: this.#open }, 'there is room again');
    } catch (error) {
      log.warn({ err: error }, 'the port could not be listened on again');
      this.#stepAside();
    }
  }

  /** Takes nobody new any more, and leaves those alone who are here. Resolves when nobody comes in any more, soon (`STOP_LISTENING_MS`). */
  close(): Promise<void> {
    this.#closed = true;
    this.#closing ??= stopListening(this.#options.server, this.#all);
    return this.#closing;
  }

  get #scarceRoom(): number {
    return Math.max(LEAST_SCARCE_ROOM, this.#options.most * SCARCE_ROOM);
  }

  get #isShut(): boolean {
    return this.#aside || this.#closed;
  }

  async #listen(door: NetServer): Promise<void> {
    const { host, sharesPort } = this.#options;
    door.listen({ host, port: this.#port, reusePort: sharesPort, exclusive: true, backlog: BACKLOG });
    await once(door, 'listening');
    this.#port = (door.address() as AddressInfo).port;
  }

  #mayEnter(): boolean {
    this.#cameSince += 1;
    if (this.#room <= this.#scarceRoom && this.#cameSince > this.#scarceRoom / 4) this.#share();
    if (this.#room < this.#options.most * LITTLE_ROOM) void this.#count();
    if (this.#room <= 0) return this.#options.makeRoom();
    this.#room -= 1;
    return true;
  }

  /** Ends connections of networks that hold most of them, before there is no room at all. */
  #share(): void {
    this.#cameSince = 0;
    const made = this.#options.fair.make(Math.ceil(2 * this.#scarceRoom - this.#room));
    this.#room += made;
    this.#ending += made;
    const isEnded = () => {
      this.#ending -= made;
    };
    // Counted as open until the end of the turn in which they were ended.
    setImmediate(() => setImmediate(isEnded));
  }

  #turnAway(socket: Socket): void {
    socket.destroy();
    if (this.#options.sharesPort && !this.#isShut) this.#stepAside();
  }

  #stepAside(): void {
    this.#aside = true;
    // Whoever is connected and not taken yet is reset by this, as they would be turned away otherwise.
    for (const door of this.#all) if (door.listening) door.close();
    this.#options.log.warn({ most: this.#options.most }, 'full: others on this port take who comes');
  }

  async #count(): Promise<void> {
    const counts = await Promise.all(this.#all.map(connectionsOf));
    this.#open = counts.reduce((a, b) => a + b, 0);
    this.#room = this.#options.most - this.#open + this.#ending;
  }
}

function connectionsOf(door: NetServer): Promise<number> {
  return new Promise((resolve) => {
    door.getConnections((error, count) => resolve(error ? 0 : count));
  });
}
