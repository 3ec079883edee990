import type { VoterId } from '../../shared/protocol/ids.ts';

/** A socket of a voter. */
export interface VoterSocket<T> {
  /** The one that came before it with the same token. */
  older: T | null;
}

/**
 * Which sockets belong to one voter. A hello with a token that holds costs its network nothing, since all come back at once when an edge
 * ends: so one token could hold all the room there is. A list through the sockets themselves, because nearly everybody has one.
 */
export class VoterSockets<T extends VoterSocket<T>> {
  readonly #newest = new Map<VoterId, T>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Voters who have any. */
  get size(): number {
    return this.#newest.size;
  }

  /** Gives the voter's oldest socket where they have too many now; it no longer is one of theirs. */
  add(socket: T, voterId: VoterId): T | null {
    socket.older = this.#newest.get(voterId) ?? null;
    this.#newest.set(voterId, socket);
    let last = socket;
    for (let i = 1; last.older !== null; i += 1) {
      if (i === this.#most) {
        const oldest = last.older;
        last.older = null;
        return oldest;
      }
      last = last.older;
    }
    return null;
  }

  /** Nothing happens to one that is not theirs any more. */
  delete(socket: T, voterId: VoterId): void {
    const newest = this.#newest.get(voterId);
    if (newest === socket) {
      if (socket.older === null) this.#newest.delete(voterId);
      else this.#newest.set(voterId, socket.older);
    } else {
      let at: T | null = newest ?? null;
      while (at !== null && at.older !== socket) at = at.older;
      if (at !== null) at.older = socket.older;
    }
    socket.older = null;
  }
}
