import type { VoterId } from '../../shared/protocol/ids.ts';

/** A power of two, and several times the viewers of an edge: 128 KB, where a map of everybody takes 1 MB. */
const SLOTS = 65_536;

export interface VoterSocketsOptions<T> {
  /** Sockets that a voter may have. */
  most: number;
  /** Everybody's, the older ones first, about. */
  all: () => Iterable<T>;
  voterOf: (socket: T) => VoterId | null;
}

/**
 * Keeps a voter from having too many sockets. A hello with a token that holds costs its network nothing, since all come back at once when
 * an edge ends: so one token could hold all the room there is. Nearly everybody has one: so sockets are counted by a hash of their voter,
 * and only those of a voter for whom that is too many are looked for and kept.
 */
export class VoterSockets<T> {
  readonly #options: VoterSocketsOptions<T>;
  readonly #counts = new Uint16Array(SLOTS);
  /** Of voters who have had too many, oldest first. */
  readonly #known = new Map<VoterId, T[]>();

  constructor(options: VoterSocketsOptions<T>) {
    this.#options = options;
  }

  /** Voters whose sockets are known one by one. */
  get known(): number {
    return this.#known.size;
  }

  /** To be called when the socket is one of `all`. Gives the voter's oldest where they have too many now, who has to go. */
  add(socket: T, voterId: VoterId): T | null {
    const { most, all, voterOf } = this.#options;
    const slot = slotOf(voterId);
    const count = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = count;
    let own = this.#known.get(voterId);
    if (own !== undefined) own.push(socket);
    else if (count > most) {
      own = [...all()].filter((other) => other !== socket && voterOf(other) === voterId);
      own.push(socket);
      // The others of this slot are somebody else's.
      if (own.length > most) this.#known.set(voterId, own);
    }
    return own !== undefined && own.length > most ? (own.shift() ?? null) : null;
  }

  /** It is over, by whatever. */
  delete(socket: T, voterId: VoterId): void {
    const slot = slotOf(voterId);
    this.#counts[slot] = Math.max(0, (this.#counts[slot] ?? 0) - 1);
    const own = this.#known.get(voterId);
    const at = own?.indexOf(socket) ?? -1;
    if (own === undefined || at < 0) return;
    own.splice(at, 1);
    if (own.length === 0) this.#known.delete(voterId);
  }
}

/** Ids are random, so that a few of their characters are a hash already. */
function slotOf(voterId: VoterId): number {
  let hash = 0;
  for (let i = 0; i < 8; i += 1) hash = Math.imul(hash, 31) + voterId.charCodeAt(i);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
