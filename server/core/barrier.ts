/** The end of a poll waits here until every living edge has handed over what it received in time. */
import { type EdgeLink, isLiving } from '../backplane/hub.ts';

/** A core that restarted waits this long for its edges to come back, from when they can. */
const EDGES_RETURN_MS = 3_000;
/** How often the rest is looked at, in case an edge dies meanwhile. */
const CHECK_MS = 50;

export interface BarrierOptions {
  links: () => EdgeLink[];
  nowMs: () => number;
  /** Core time since when edges can come in; null before that, however long the start takes. */
  edgesSinceMs: () => number | null;
  /** As many edges as there are to be. */
  edgesExpected: () => number;
}

export class Barrier {
  readonly #options: BarrierOptions;
  readonly #drained = new Map<number, Set<string>>();
  #lastId = 0;

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  /** An edge says that everything received before the barrier has been sent. */
  onDrained(link: EdgeLink, barrierId: number): void {
    this.#drained.get(barrierId)?.add(incarnation(link));
  }

  /** Resolves when all living edges have drained; with all up that is one round trip. */
  async pass(): Promise<void> {
    const barrierId = ++this.#lastId;
    const drained = new Set<string>();
    const asked = new Set<EdgeLink>();
    this.#drained.set(barrierId, drained);
    try {
      while (!this.#isPassed(drained)) {
        for (const link of this.#options.links()) {
          // An edge that came back on a new connection is asked again, behind what it sends anew.
          if (asked.has(link)) continue;
          asked.add(link);
          link.send({ t: 'barrier', barrierId });
        }
        await new Promise<void>((resolve) => {
          setTimeout(resolve, CHECK_MS);
        });
      }
    } finally {
      this.#drained.delete(barrierId);
    }
  }

  #isPassed(drained: ReadonlySet<string>): boolean {
    const { links, nowMs, edgesSinceMs, edgesExpected } = this.#options;
    const now = nowMs();
    const living = links().filter((link) => isLiving(link, now));
    const sinceMs = edgesSinceMs();
    if (sinceMs === null) return false;
    const returning = living.length < edgesExpected() && now - sinceMs < EDGES_RETURN_MS;
    return !returning && living.every((link) => drained.has(incarnation(link)));
  }
}

function incarnation(link: EdgeLink): string {
  return `${link.edgeId}/${link.edgeEpoch}`;
}
