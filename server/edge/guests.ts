import type { Socket } from 'node:net';
import { markOf, type Network } from '../process/network.ts';
import type { Kind } from './room-maker.ts';

interface Guest {
  /** Of the network that the last request came from: a proxy brings many. */
  mark: number;
  /** Answers that have not gone out whole. */
  owed: number;
  /** Requests that were not answered in the turn in which they were read, and are not yet. */
  waiting: number;
  /** What had come when the last answer went out: more than that is the beginning of a request. */
  readBytes: number;
  takenBytes: number;
  tookAtTurn: number;
}

export interface GuestsOptions {
  /** Requests of one connection that may wait for their answers. */
  mostWaiting: number;
  /** Looks after which a connection is ended that has an answer to take in and takes in nothing. */
  patienceTurns: number;
}

/**
 * Connections that speak HTTP. Between two requests nobody is known to stand behind one: where there is no room such a
 * connection can go without a loss, since whoever asks again opens another. With a request under way it can't.
 */
export class Guests {
  readonly #options: GuestsOptions;
  /** In the order in which their last answers went out. */
  readonly #idle = new Map<Socket, Guest>();
  readonly #busy = new Map<Socket, Guest>();
  readonly #known = new WeakSet<Socket>();
  #turn = 0;

  constructor(options: GuestsOptions) {
    this.#options = options;
  }

  /** Those with nothing under way, longest idle first, and at the end those that have sent a part of a request since. */
  readonly idle: Kind = kindOf(() => this.#idle);
  /** Those with a request under way. */
  readonly busy: Kind = kindOf(() => this.#busy);

  /** Those with nothing under way. */
  get size(): number {
    return this.#idle.size;
  }

  /** Makes room by the one that has been idle for longest; false where none is. */
  showOutOldest(): boolean {
    for (const [socket, { readBytes }] of this.#idle) {
      if (socket.bytesRead !== readBytes) continue;
      this.left(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  /** A request has been read; `answered` has to be called for each. */
  asks(socket: Socket, network: Network): void {
    const known = this.#idle.get(socket) ?? this.#busy.get(socket);
    const guest = known ?? { mark: 0, owed: 0, waiting: 0, readBytes: 0, takenBytes: 0, tookAtTurn: this.#turn };
    guest.mark = markOf(network);
    if (guest.owed === 0) guest.tookAtTurn = this.#turn;
    guest.owed += 1;
    this.#idle.delete(socket);
    this.#busy.set(socket, guest);
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    socket.on('close', () => this.left(socket));
  }

  /** The request that was just read waits for its answer. False where too many of this connection do. */
  waits(socket: Socket): boolean {
    const guest = this.#busy.get(socket);
    if (guest === undefined) return true;
    guest.waiting += 1;
    return guest.waiting <= this.#options.mostWaiting;
  }

  /** An answer has gone out, or can't any more. */
  answered(socket: Socket, waited: boolean): void {
    const guest = this.#busy.get(socket);
    if (guest === undefined) return;
    guest.owed -= 1;
    if (waited) guest.waiting -= 1;
    if (guest.owed > 0) return;
    this.#busy.delete(socket);
    if (socket.destroyed) return;
    guest.readBytes = socket.bytesRead;
    this.#idle.set(socket, guest);
  }

  /** A request was answered beside the server. */
  repeats(socket: Socket): void {
    const guest = this.#idle.get(socket);
    if (guest === undefined) return;
    guest.readBytes = socket.bytesRead;
    this.#idle.delete(socket);
    this.#idle.set(socket, guest);
  }

  /** It has become something else, or is over. */
  left(socket: Socket): void {
    this.#idle.delete(socket);
    this.#busy.delete(socket);
  }

  /** Ends those that take in nothing of their answers. To be called at regular intervals, the turns. */
  look(): void {
    this.#turn += 1;
    for (const [socket, guest] of this.#busy) {
      const takenBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || takenBytes !== guest.takenBytes) {
        guest.takenBytes = takenBytes;
        guest.tookAtTurn = this.#turn;
      } else if (this.#turn - guest.tookAtTurn >= this.#options.patienceTurns) socket.destroy();
    }
  }
}

function kindOf(all: () => Map<Socket, Guest>): Kind {
  return {
    *marks() {
      for (const { mark } of all().values()) yield mark;
    },
    showOut(mark, most) {
      const own = [...all()].filter(([, guest]) => guest.mark === mark);
      // Whoever is in the middle of a request goes after those who are not.
      const begun = ([socket, { readBytes }]: [Socket, Guest]) => (socket.bytesRead === readBytes ? 0 : 1);
      const out = own.sort((a, b) => begun(a) - begun(b)).slice(0, most);
      for (const [socket] of out) {
        all().delete(socket);
        socket.destroy();
      }
      return out.length;
    },
  };
}
