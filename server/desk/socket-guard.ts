/** What one desk connection may send, and how much of what it is sent it may leave unread. */
import type { Socket } from 'socket.io';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import { type BucketRule, TokenBuckets } from '../process/token-buckets.ts';

export type Connection = Socket['conn'];

const rule = (burst: number, perS: number): BucketRule => ({ burst, perS, refusedCount: false, maxKeys: 1 });
/** Everything, heartbeats and nonsense too. A desk that comes back hands over a thousand log records at once. */
const PACKETS = rule(3_000, 200);
/** The time, and whatever is no event here: each costs an answer. A desk asks for the time every few seconds. */
const TALK = rule(60, 10);
/** A snapshot of a large show takes ten milliseconds to make. */
const SNAPSHOTS = rule(5, 1);
/** What came beyond its budget and got no answer: an honest desk has none of it. */
const UNANSWERED = rule(200, 5);
/** Besides its last snapshot a desk may leave so much unread; a change of a cue takes two kilobytes. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** The same in packets, since small ones cost memory by their number. */
const MOST_UNREAD_PACKETS = 2_000;

export type Budget = 'talk' | 'snapshots';

/**
 * Threat: one that sends more than the core can answer, or reads nothing of what it gets. It is cut off, and the memory that was
 * kept for it is free again; others notice nothing.
 */
export class SocketGuard {
  readonly #connection: Connection;
  readonly #monotonicNow: () => MonotonicMs;
  readonly #onCut: (why: string) => void;
  readonly #packets = new TokenBuckets(PACKETS);
  readonly #budgets = { talk: new TokenBuckets(TALK), snapshots: new TokenBuckets(SNAPSHOTS) };
  readonly #unanswered = new TokenBuckets(UNANSWERED);
  /** Its token is known. Before that it may say one thing: the token. */
  #isIn = false;
  #messagesBefore = 0;
  #lastSnapshotBytes = 0;
  /** Packets that wait for those before them to have left. */
  #waiting = { bytes: 0, packets: 0 };
  #isCut = false;

  constructor(connection: Connection, parts: { monotonicNow: () => MonotonicMs; onCut: (why: string) => void }) {
    this.#connection = connection;
    this.#monotonicNow = parts.monotonicNow;
    this.#onCut = parts.onCut;
    // Before anything is decoded.
    connection.on('packet', ({ type }: { type: string }) => this.#came(type));
    connection.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      const { bytes, packets } = this.#waiting;
      this.#waiting = { bytes: bytes + (data?.length ?? 0), packets: packets + 1 };
    });
    connection.on('flush', () => {
      this.#waiting = { bytes: 0, packets: 0 };
    });
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  letIn(): void {
    this.#isIn = true;
  }

  /** Whether the budget has one left, which is taken then. */
  has(budget: Budget): boolean {
    return !this.#isCut && this.#budgets[budget].take('', this.#monotonicNow()) === 0;
  }

  /** The same for what was asked for: who goes on asking beyond the budget is cut off. */
  take(budget: Budget): boolean {
    if (this.#isCut || this.has(budget)) return !this.#isCut;
    if (this.#unanswered.take('', this.#monotonicNow()) > 0) this.cut('it asks too much');
    return false;
  }

  /** Whether something it was sent is still on this machine. */
  get isBehind(): boolean {
    return this.#unread().bytes > 0;
  }

  /** Whether it may be sent anything: it is not cut off, and has not left too much unread (then it is from here on). */
  mayWrite(): boolean {
    if (this.#isCut) return false;
    const { bytes, packets } = this.#unread();
    if (bytes <= MOST_UNREAD_BYTES + this.#lastSnapshotBytes && packets <= MOST_UNREAD_PACKETS) return true;
    this.cut('it does not read');
    return false;
  }

  /** To be called before a snapshot is sent, and what comes back after: it is the one message that may be larger than what a desk may leave unread. */
  beginSnapshot(): () => void {
    const before = this.#unread().bytes;
    return () => {
      this.#lastSnapshotBytes = this.#unread().bytes - before;
    };
  }

  cut(why: string): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#onCut(why);
    // Without a word: one that doesn't read would not read a goodbye either.
    this.#connection.close(true);
    this.#connection.request.socket.destroy();
  }

  #came(type: string): void {
    if (this.#packets.take('', this.#monotonicNow()) > 0) this.cut('it sends too much');
    if (this.#isIn || type !== 'message') return;
    this.#messagesBefore++;
    if (this.#messagesBefore > 1) this.cut('it talks before it is let in');
  }

  #unread(): { bytes: number; packets: number } {
    const { bytes, packets } = this.#waiting;
    return { bytes: bytes + this.#connection.request.socket.writableLength, packets };
  }
}
