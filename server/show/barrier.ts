/** The end of a poll waits here until every living edge has handed over what it received in time. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterMs, type MonotonicMs, rawMs, sinceMs } from '../../shared/domain/time.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import { isLiving, LIVING_MS, type LinkedEdge } from '../backplane/linked-edge.ts';

/** A core that restarted waits this long for its edges to come back, from when they can. */
const EDGES_RETURN_MS = 3_000;
/** How often the rest is looked at, in case an edge dies meanwhile, or is back. */
const CHECK_MS = 50;

export interface BarrierOptions {
  /** The connections there are. */
  links: () => LinkedEdge[];
  /** The last connection of each edge that was heard of lately, whether or not it still stands. */
  lives: () => LinkedEdge[];
  monotonicNow: () => MonotonicMs;
  /** Since when edges can come in; null before that, however long the start takes. */
  edgesSince: () => MonotonicMs | null;
  /** As many edges as there are to be. */
  edgesExpected: () => number;
}

/** Who has not drained yet; `edges` is empty while a core that has just started doesn't know yet who will come. */
export interface Waits {
  edges: string[];
  /** When it passes at the latest, unless one of them is heard meanwhile. */
  until: MonotonicMs;
}

interface Passing {
  /** Lives of edges. */
  drained: Set<string>;
  wake: () => void;
}

export class Barrier {
  readonly #options: BarrierOptions;
  readonly #passing = new Map<number, Passing & { runId: RunId }>();
  #lastId = 0;

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  /** An edge says that everything received before the barrier has been sent. */
  onDrained(link: LinkedEdge, barrierId: number): void {
    const passing = this.#passing.get(barrierId);
    passing?.drained.add(lifeOf(link));
    passing?.wake();
  }

  /** Resolves when all living edges have drained; with all up that is one round trip. */
  async pass(runId: RunId): Promise<void> {
    const barrierId = ++this.#lastId;
    const passing = { runId, drained: new Set<string>(), wake: () => {} };
    const asked = new Set<LinkedEdge>();
    this.#passing.set(barrierId, passing);
    try {
      for (;;) {
        for (const link of this.#options.links()) {
          // An edge that came back on a new connection is asked again, behind what it sends anew.
          if (asked.has(link)) continue;
          asked.add(link);
          link.send({ t: 'barrier', barrierId });
        }
        // A core that stood still has heard nobody: what has come in meanwhile is read before silence is taken for death.
        await turn();
        if (this.#waitsOf(passing) === null) return;
        await woken(passing, CHECK_MS);
      }
    } finally {
      this.#passing.delete(barrierId);
    }
  }

  /** For whom the end of this run waits now, and until when; null where it doesn't. */
  waits(runId: RunId): Waits | null {
    for (const passing of this.#passing.values()) {
      const waits = passing.runId === runId ? this.#waitsOf(passing) : null;
      if (waits !== null) return waits;
    }
    return null;
  }

  #waitsOf({ drained }: Passing): Waits | null {
    const { lives, monotonicNow, edgesSince, edgesExpected } = this.#options;
    const now = monotonicNow();
    const living = lives().filter((link) => isLiving(link, now));
    const since = edgesSince();
    if (since === null) return { edges: [], until: afterMs(now, EDGES_RETURN_MS) };
    const missing = living.filter((link) => !drained.has(lifeOf(link)));
    const untils = missing.map((link) => afterMs(link.heardAt, LIVING_MS));
    if (living.length < edgesExpected() && sinceMs(now, since) < EDGES_RETURN_MS) {
      untils.push(afterMs(since, EDGES_RETURN_MS));
    }
    const [first, ...others] = untils;
    if (first === undefined) return null;
    return {
      edges: [...new Set(missing.map((link) => link.edgeId))],
      until: others.reduce((latest, until) => (rawMs(until) > rawMs(latest) ? until : latest), first),
    };
  }
}

function lifeOf(link: LinkedEdge): string {
  return `${link.edgeId}/${link.edgeEpoch}`;
}

/** Resolves when somebody has drained, or after `mostMs`. */
function woken(passing: Passing, mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, mostMs);
    passing.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
