import { markOf, type Network } from '../process/network.ts';
import { FEW } from './room-maker.ts';

/** A polling page asks at least this often, whatever the level. */
const WINDOW_MS = 10_000;
const MAX_NETWORKS = 20_000;

export interface PollRequest {
  /** Key of the asker's network. */
  network: string;
  cadenceMs: number;
  nowMs: number;
}

/** What the polls of a network stand for, in this window and the one before: a page that asks every 3 s covers 3 s with each. */
interface Asked {
  coveredMs: number;
  previousMs: number;
}

/**
 * How many viewers poll. Polling is anonymous and stateless, so this is an estimate by the rate of requests, network by
 * network. What a client may write as it likes, the name of its browser say, counts for nothing; a join does, since it takes a
 * token, of which a network gets so many and no more: the polls of one count for a few viewers, unless more have joined from there.
 */
export class PollCensus {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  readonly #asked = new Map<string, Asked>();
  readonly #joined = new Map<string, number>();
  readonly #joinedByMark = new Map<number, number>();
  #joins = 0;

  /** Viewers who have come by HTTP for a token, since this edge was born. */
  get joins(): number {
    return this.#joins;
  }

  /** `cadenceMs`: how often a page is told to ask. `nowMs`: monotonic. */
  note({ network, cadenceMs, nowMs }: PollRequest): void {
    this.#turn(nowMs);
    const coveredMs = Math.max(cadenceMs, 1_000);
    const asked = this.#asked.get(network);
    if (asked !== undefined) asked.coveredMs += coveredMs;
    else if (this.#asked.size < MAX_NETWORKS) this.#asked.set(network, { coveredMs, previousMs: 0 });
  }

  /** A viewer of this network has been given a token. */
  joined(network: Network): void {
    this.#joins += 1;
    const before = this.#joined.get(network.key);
    if (before === undefined && this.#joined.size >= MAX_NETWORKS) return;
    this.#joined.set(network.key, (before ?? 0) + 1);
    const mark = markOf(network);
    this.#joinedByMark.set(mark, (this.#joinedByMark.get(mark) ?? 0) + 1);
  }

  /** Viewers of the network with this mark who have come for a token. */
  joinedBy(mark: number): number {
    return this.#joinedByMark.get(mark) ?? 0;
  }

  count(nowMs: number): number {
    this.#turn(nowMs);
    let viewers = 0;
    for (const [network, { coveredMs, previousMs }] of this.#asked) {
      const byRate = Math.max(1, Math.round(Math.max(coveredMs, previousMs) / WINDOW_MS));
      viewers += Math.min(byRate, Math.max(FEW, this.#joined.get(network) ?? 0));
    }
    return viewers;
  }

  #turn(nowMs: number): void {
    const passed = nowMs - this.#windowStartMs;
    if (passed < WINDOW_MS) return;
    const isStale = passed >= 2 * WINDOW_MS;
    for (const [network, asked] of this.#asked) {
      asked.previousMs = isStale ? 0 : asked.coveredMs;
      asked.coveredMs = 0;
      if (asked.previousMs === 0) this.#asked.delete(network);
    }
    this.#windowStartMs = nowMs;
  }
}
