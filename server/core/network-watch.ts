import { type MonotonicMs, sinceMs } from '../../shared/domain/time.ts';
import type { Refused, Spent } from '../../shared/protocol/backplane.ts';
import type { NetworkVitals } from '../../shared/protocol/vitals.ts';
import type { ToldNetworks } from '../ballotbox/ballot-box.ts';
import type { NetworkCount } from '../ballotbox/network-counts.ts';
import { MinuteCount } from '../process/minute-count.ts';

/** Remembered at most; who has said nothing for longest is forgotten. */
const MOST_NETWORKS = 10_000;
/** Told to people at most. */
const MOST_SHOWN = 12;
/** What the writer has not repeated for so long is over: it goes on telling for as long as any of a minute's ballots are left. */
const STALE_MS = 3_000;
/** A botnet would fill every desk with alarms of the same words. */
const MOST_ALARMS = 3;
const ALARMS_WITHIN_MS = 600_000;

interface Seen {
  tokens: number;
  readonly made: MinuteCount;
  readonly refused: MinuteCount;
  isAlarmed: boolean;
}

/**
 * What came from each network, by what edges tell of those that come more than a few times. In memory only, and gone with the core:
 * an address is a person's matter, and the ledger holds no more than a keyed hash of it.
 */
export class NetworkWatch {
  readonly #alarm: (code: string, message: string) => void;
  /** In the order in which they were last heard of. */
  readonly #seen = new Map<string, Seen>();
  #alarmedAt: MonotonicMs[] = [];

  constructor(alarm: (code: string, message: string) => void) {
    this.#alarm = alarm;
  }

  /** An edge has told. */
  heard({ spent, refused }: { spent: Spent; refused: Refused }, now: MonotonicMs): void {
    for (const [network, amount] of spent.arrivals ?? []) {
      const seen = this.#see(network);
      seen.tokens += amount;
      seen.made.add(amount, now);
    }
    for (const [network, count] of refused) {
      const seen = this.#see(network);
      seen.refused.add(count, now);
      if (!seen.isAlarmed) this.#raise(seen, now);
    }
  }

  /**
   * Those that stand out.
   *
   * @param told where the ballots of a run came from; null where whoever asks may not know how many have voted
   * @param total counted ballots of it
   */
  list({ told, total, now }: { told: ToldNetworks | null; total: number; now: MonotonicMs }): NetworkVitals[] {
    const ballotsOf = new Map<string, NetworkCount>(told?.top.map((count) => [count.network, count]));
    const isStale = told === null || sinceMs(now, told.at) > STALE_MS;
    const networks = new Set([...ballotsOf.keys(), ...this.#withMostTokens()]);
    const listed = [...networks].map((network): NetworkVitals => {
      const seen = this.#seen.get(network);
      const count = ballotsOf.get(network);
      return {
        network,
        tokens: Math.round(seen?.tokens ?? 0),
        tokensPerMin: Math.round(seen?.made.at(now) ?? 0),
        refusedPerMin: seen?.refused.at(now) ?? 0,
        ...(count === undefined
          ? {}
          : {
              ballots: count.ballots,
              ballotsPerMin: isStale ? 0 : count.perMin,
              share: total === 0 ? 0 : Math.round((count.ballots * 1_000) / total) / 1_000,
              ...(count.ages === null ? {} : { ages: count.ages }),
              isBeyond: count.isBeyond,
            }),
      };
    });
    return listed.sort((a, b) => (b.ballots ?? 0) - (a.ballots ?? 0) || b.tokens - a.tokens).slice(0, MOST_SHOWN);
  }

  #see(network: string): Seen {
    const seen = this.#seen.get(network) ?? {
      ...{ tokens: 0, made: new MinuteCount(), refused: new MinuteCount(), isAlarmed: false },
    };
    this.#seen.delete(network);
    this.#seen.set(network, seen);
    if (this.#seen.size > MOST_NETWORKS) {
      const oldest = this.#seen.keys().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return seen;
  }

  #withMostTokens(): string[] {
    const top: [network: string, tokens: number][] = [];
    for (const [network, { tokens }] of this.#seen) {
      if (tokens <= (top[MOST_SHOWN - 1]?.[1] ?? 0)) continue;
      const place = top.findIndex(([, less]) => less < tokens);
      top.splice(place === -1 ? top.length : place, 0, [network, tokens]);
      top.length = Math.min(top.length, MOST_SHOWN);
    }
    return top.map(([network]) => network);
  }

  /** Every desk hears it and the journal keeps it, so it names no address. */
  #raise(seen: Seen, now: MonotonicMs): void {
    this.#alarmedAt = this.#alarmedAt.filter((at) => sinceMs(now, at) < ALARMS_WITHIN_MS);
    if (this.#alarmedAt.length >= MOST_ALARMS) return;
    seen.isAlarmed = true;
    this.#alarmedAt.push(now);
    this.#alarm(
      'network-limit',
      'More people come from one network than its limit lets in, and some are turned away until it has room again. It may be the phones of a carrier or a hall, or somebody who makes tokens to vote with: the list of networks shows which one it is and how many ballots came from it.',
    );
  }
}
