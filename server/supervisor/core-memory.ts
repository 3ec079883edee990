import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import {
  type ClockAnchor,
  type CoreInit,
  NO_SESSIONS,
  type PartToSupervisor,
  type SessionBook,
} from '../../shared/protocol/process.ts';
import type { KnownAnchor } from './clock-file.ts';

/** What a core says so that the next one knows it. */
export type CoreMemoryNews = Extract<PartToSupervisor, { t: 'orders' | 'epoch' | 'anchor' | 'sessions' }>;

export interface CoreMemoryOptions {
  /** As the data folder has it: the highest epoch so far, or null, and the anchor. */
  storedEpoch: number | null;
  known: KnownAnchor;
  /** What the edges of a server before this one, or its folder, held. */
  orders: HeldOrder[];
  /** Of this boot; null where the system has no name for it. */
  bootId: string | null;
  wallNowMs: () => number;
  storeEpoch: (epoch: number) => void;
  storeAnchor: (anchor: ClockAnchor) => void;
  /** The whole list. @param onStored once the folder has it */
  storeOrders: (orders: readonly HeldOrder[], onStored: () => void) => void;
}

/** What outlives a core: its held orders, its desk sessions, the epoch of its life and what its time hangs on. */
export class CoreMemory {
  readonly #options: CoreMemoryOptions;
  #orders: HeldOrder[];
  #sessions: SessionBook = NO_SESSIONS;
  /** The latest list that the folder has. */
  #storedOrders: HeldOrder[] | null = null;
  /** The highest that was ever given, told or stored. */
  #highestEpoch: number;
  #known: KnownAnchor;

  constructor(options: CoreMemoryOptions) {
    this.#options = options;
    this.#highestEpoch = options.storedEpoch ?? 0;
    this.#known = options.known;
    this.#orders = options.orders;
    this.#storeOrders();
  }

  heard(news: CoreMemoryNews): void {
    const { bootId, storeEpoch, storeAnchor } = this.#options;
    switch (news.t) {
      case 'orders':
        this.#orders = news.orders;
        this.#storeOrders();
        break;
      case 'sessions':
        this.#sessions = news.book;
        break;
      case 'epoch':
        this.#highestEpoch = Math.max(this.#highestEpoch, news.epoch);
        storeEpoch(news.epoch);
        break;
      case 'anchor': {
        const anchor = { ...news.anchor, bootId: news.anchor.bootId ?? bootId };
        this.#known = { anchor, anchorLost: null };
        storeAnchor(anchor);
        break;
      }
    }
  }

  /** What core time hung on last; null where none is known that holds for this boot. */
  get anchor(): ClockAnchor | null {
    return this.#known.anchor;
  }

  /** Acts in force that are neither in the journal nor written down for the next server. */
  get unwrittenOrders(): readonly HeldOrder[] {
    return this.#storedOrders === this.#orders ? [] : this.#orders;
  }

  #storeOrders(): void {
    const orders = this.#orders;
    this.#options.storeOrders(orders, () => {
      this.#storedOrders = orders;
    });
  }

  /**
   * For a core that starts now. Its epoch is higher than any before, also of one that died before it could tell its own; and by
   * the seconds of the wall clock, than what a folder has used that this one was copied from.
   */
  nextInit(): Pick<CoreInit, 'epoch' | 'anchor' | 'anchorLost' | 'orders' | 'sessions'> {
    this.#highestEpoch = Math.max(this.#highestEpoch + 1, Math.floor(this.#options.wallNowMs() / 1_000));
    return { epoch: this.#highestEpoch, ...this.#known, orders: this.#orders, sessions: this.#sessions };
  }
}
