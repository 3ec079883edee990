import { markOf, type Network } from '../process/network.ts';
import type { Kind } from './room-maker.ts';

/** From this share of its bound on, a crowd of strangers counts as full. */
const CROWDED = 0.95;

export interface StrangersOptions<T> {
  /** Of all networks together. */
  most: number;
  mostPerNetwork: number;
  /** Of one loopback address: everybody who comes through a proxy of this machine that nobody has named comes from one. */
  mostPerLoopback: number;
  /** Ends one at once, without a goodbye that its other end could leave unread. */
  showOut: (stranger: T) => void;
}

interface Entry {
  key: string;
  mark: number;
  /** A count of the caller's that tells how old it is. */
  sinceTurn: number;
}

/**
 * Connections that have not said yet what they want. They cost a descriptor and some memory, and nobody knows whether somebody
 * stands behind them: a network has no more than so many, and where there are too many in all the oldest one goes, and not
 * the one who comes. So whoever speaks at once gets in, however many others hold their tongue.
 */
export class Strangers<T extends object> {
  readonly #options: StrangersOptions<T>;
  /** In the order they came. */
  readonly #all = new Map<T, Entry>();
  readonly #perNetwork = new Map<string, number>();

  constructor(options: StrangersOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Networks that have any here. */
  get networks(): number {
    return this.#perNetwork.size;
  }

  /** Whether there are so many that old ones have to go for new ones, or are about to. */
  get isCrowded(): boolean {
    return this.#all.size >= this.#options.most * CROWDED;
  }

  /** Whether one more of this network may come. */
  hasRoomFor({ key, loopback }: Network): boolean {
    const { mostPerNetwork, mostPerLoopback } = this.#options;
    return (this.#perNetwork.get(key) ?? 0) < (loopback ? mostPerLoopback : mostPerNetwork);
  }

  /** There has to be room for it. `network`: null for who brings others, a trusted proxy. */
  enter(stranger: T, network: Network | null, sinceTurn: number): void {
    const { most } = this.#options;
    const key = network?.key ?? '';
    if (this.#all.size >= most) this.showOutOldest();
    this.#all.set(stranger, { key, mark: network === null ? 0 : markOf(network), sinceTurn });
    this.#perNetwork.set(key, (this.#perNetwork.get(key) ?? 0) + 1);
  }

  /** Makes room. False where nobody is here. */
  showOutOldest(): boolean {
    const oldest = this.#all.keys().next();
    if (oldest.done) return false;
    this.left(oldest.value);
    this.#options.showOut(oldest.value);
    return true;
  }

  readonly kind: Kind = {
    marks: () => this.#marks(),
    showOut: (mark, most) => {
      const out = [...this.#all].filter(([, entry]) => entry.mark === mark).slice(0, most);
      for (const [stranger] of out) {
        this.left(stranger);
        this.#options.showOut(stranger);
      }
      return out.length;
    },
  };

  /** It has said what it wants, or has gone. Nothing happens to one that is not here. */
  left(stranger: T): void {
    const entry = this.#all.get(stranger);
    if (entry === undefined) return;
    this.#all.delete(stranger);
    const others = (this.#perNetwork.get(entry.key) ?? 1) - 1;
    if (others > 0) this.#perNetwork.set(entry.key, others);
    else this.#perNetwork.delete(entry.key);
  }

  /** Those who came in this turn or before, oldest first. */
  *cameBy(turn: number): Generator<T> {
    for (const [stranger, { sinceTurn }] of this.#all) {
      if (sinceTurn > turn) return;
      yield stranger;
    }
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#all.keys();
  }

  *#marks(): Generator<number> {
    for (const { mark } of this.#all.values()) yield mark;
  }
}
