/** The TCP connections of the desk port: few without a token, for a short time, and never so many that the core has none left. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import { hearFirst, onStill } from '../process/before-http.ts';
import { networkOf } from '../process/network.ts';

/** From the first byte on the wire until a token was shown. */
export const TOKEN_WITHIN_MS = 10_000;
/** Of this process's file descriptors: databases, logs, edges, pages and evidence that are being read. */
const KEPT_BACK = 256;
/** A script that asks everything at once has a few hundred; more would cost memory and help no one. */
const MOST = 1_024;
const LEAST = 24;
const LOOK_EVERY_MS = 500;
/** A page that is being sent over a slow link goes on for so long. */
const BUSY_TIMES = 6;
/** An answer of which nothing has been taken in for so long is for nobody. */
export const TAKEN_WITHIN_MS = 50_000;
/** Requests of one connection whose answers have not gone out whole. Browsers and scripts ask one at a time. */
const MOST_OWED = 32;

/** How many connections there may be with and without a token. */
export interface ConnectionRoom {
  known: number;
  strangers: number;
}

/** @param descriptors how many this process may have */
export function connectionRoom(descriptors: number): ConnectionRoom {
  const all = Math.min(MOST, Math.max(LEAST, descriptors - KEPT_BACK));
  const strangers = Math.floor(all / 2);
  return { known: all - strangers, strangers };
}

export interface ConnectionsOptions {
  server: Server;
  room: ConnectionRoom;
  /** From its first byte on the wire until it has shown a token, ms. */
  tokenWithinMs: number;
  /** In which something of an answer has to be taken in, ms. */
  takenWithinMs: number;
  monotonicNow: () => MonotonicMs;
}

/**
 * Threat: connections that say nothing use up the descriptors, and no desk gets in any more. Where there is no room the oldest of
 * whoever holds the most makes it, so that one address, or one token, crowds out nobody else. And whoever asks without end and
 * takes in nothing fills the core's memory with answers: these are few for a connection and for a token, and not for long.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #strangers: Crowd;
  readonly #known: Crowd;
  /** Answers that have not gone out whole. */
  readonly #owed = new Map<Socket, Map<ServerResponse, PromiseWithResolvers<void>>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    const { server, room, takenWithinMs, monotonicNow } = options;
    this.#strangers = new Crowd(room.strangers);
    this.#known = new Crowd(room.known);
    hearFirst(server, 'connection', (socket) => {
      this.#strangers.add(socket, { holder: networkOf(socket.remoteAddress ?? '').key, since: monotonicNow() });
      socket.once('close', () => {
        this.#strangers.remove(socket);
        this.#known.remove(socket);
        // Those that wait behind another on their connection are not told of its end.
        for (const { resolve } of this.#owed.get(socket)?.values() ?? []) resolve();
        this.#owed.delete(socket);
      });
    });
    hearFirst(server, 'request', ({ socket }, response) => {
      // What was read before the end that came to it.
      if (socket.destroyed) return;
      const owed = this.#owed.get(socket) ?? new Map();
      this.#owed.set(socket, owed.set(response, Promise.withResolvers<void>()));
      response.once('close', () => this.#answered(socket, response));
      if (owed.size > MOST_OWED) socket.destroy();
    });
    // Node takes a write that gets on for a sign of life, however large it is. The time between two requests ends here too, and an
    // answer that is not there yet has all the time it needs.
    const act = (socket: Socket) => {
      if (socket.writableLength > 0 || !this.#owed.has(socket)) socket.destroy();
    };
    onStill(server, { ms: takenWithinMs, act });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** A token was shown on it. @param holder whose */
  known(socket: Socket, holder: string): void {
    const stranger = this.#strangers.remove(socket);
    if (stranger !== null) this.#known.add(socket, { holder, since: stranger.since });
  }

  /** Resolves once this answer has gone out, or can't any more. */
  async gone(response: ServerResponse): Promise<void> {
    const { socket } = response.req;
    await this.#owed.get(socket)?.get(response)?.promise;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #answered(socket: Socket, response: ServerResponse): void {
    const owed = this.#owed.get(socket);
    owed?.get(response)?.resolve();
    owed?.delete(response);
    if (owed?.size === 0) this.#owed.delete(socket);
  }

  #look(): void {
    const { tokenWithinMs, monotonicNow } = this.#options;
    const now = monotonicNow();
    for (const [socket, { since }] of this.#strangers.all) {
      const mostMs = this.#owed.has(socket) ? tokenWithinMs * BUSY_TIMES : tokenWithinMs;
      if (sinceMs(now, since) > mostMs) socket.destroy();
    }
  }
}

interface Place {
  holder: string;
  since: MonotonicMs;
}

/** Connections with room for so many, oldest first. */
class Crowd {
  readonly #most: number;
  readonly all = new Map<Socket, Place>();
  readonly #byHolder = new Map<string, Set<Socket>>();

  constructor(most: number) {
    this.#most = most;
  }

  add(socket: Socket, place: Place): void {
    this.all.set(socket, place);
    const held = this.#byHolder.get(place.holder) ?? new Set();
    this.#byHolder.set(place.holder, held.add(socket));
    if (this.all.size > this.#most) this.#makeRoom();
  }

  remove(socket: Socket): Place | null {
    const place = this.all.get(socket);
    if (place === undefined) return null;
    this.all.delete(socket);
    const held = this.#byHolder.get(place.holder);
    held?.delete(socket);
    if (held?.size === 0) this.#byHolder.delete(place.holder);
    return place;
  }

  #makeRoom(): void {
    let most: Set<Socket> | null = null;
    for (const held of this.#byHolder.values()) if (most === null || held.size > most.size) most = held;
    const [oldest] = most ?? [];
    if (oldest === undefined) return;
    this.remove(oldest);
    oldest.destroy();
  }
}
