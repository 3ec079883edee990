/** Which measures are asked for, and how far the edges are with them. */
import { type Measures, measuresOf, SWITCHES, type SwitchSettings } from '../../shared/domain/ladder.ts';
import type { MonotonicMs } from '../../shared/domain/time.ts';
import type { CoreToEdge } from '../../shared/protocol/backplane.ts';
import type { SwitchId } from '../../shared/protocol/desk-state.ts';
import type { SwitchVitals } from '../../shared/protocol/vitals.ts';
import { isLiving, type LinkedEdge, viewersOn } from '../backplane/linked-edge.ts';

export interface MeasuresWatchOptions {
  /** The degradation level now. */
  level: () => number;
  links: () => LinkedEdge[];
  monotonicNow: () => MonotonicMs;
}

export class MeasuresWatch {
  readonly #options: MeasuresWatchOptions;
  #now: Measures = { level: 0, on: [] };
  /** What was on under each rev, from rev 1; a few entries a minute at most. */
  readonly #told: (readonly SwitchId[])[] = [];
  /** The rev under which a switch was last turned; what an edge holds from then on says that it has followed. */
  readonly #turnedAtRev = new Map<SwitchId, number>();

  constructor(options: MeasuresWatchOptions) {
    this.#options = options;
  }

  get now(): Measures {
    return this.#now;
  }

  /** Takes settings and level as they are now; true when the edges have to be told something new. */
  follow(settings: SwitchSettings): boolean {
    const was = this.#now.on;
    this.#now = measuresOf(settings, this.#options.level());
    const { on } = this.#now;
    const turned = SWITCHES.filter(({ id }) => was.includes(id) !== on.includes(id));
    if (this.#told.length > 0 && turned.length === 0) return false;
    this.#told.push(on);
    for (const { id } of turned) this.#turnedAtRev.set(id, this.#rev);
    return true;
  }

  /** What an edge is told, after the states that carry the hints. */
  message(): Extract<CoreToEdge, { t: 'measures' }> {
    return { t: 'measures', rev: this.#rev, on: [...this.#now.on] };
  }

  /** Ids of the switches that are on at every living edge. */
  inForce(): SwitchId[] {
    return this.vitals().flatMap(({ id, inForce }) => (inForce ? [id] : []));
  }

  /** The switches that this edge has not followed yet: all of them before it has taken this core's first word, which is rev 1. */
  pendingAt(link: Pick<LinkedEdge, 'heartbeat'>): SwitchId[] {
    const rev = link.heartbeat?.measuresRev ?? 0;
    return SWITCHES.flatMap(({ id }) => (rev >= (this.#turnedAtRev.get(id) ?? 1) ? [] : [id]));
  }

  vitals(): SwitchVitals[] {
    const now = this.#options.monotonicNow();
    const edges = this.#options
      .links()
      .filter((link) => isLiving(link, now))
      .map((link) => ({
        rev: link.heartbeat?.measuresRev ?? 0,
        pending: this.pendingAt(link),
        viewers: viewersOn(link),
      }));
    return SWITCHES.map(({ id }) => {
      const requested = this.#now.on.includes(id);
      const confirmed = edges.filter(({ pending }) => !pending.includes(id)).length;
      const touched = edges.filter(({ rev }) => this.#told[rev - 1]?.includes(id) ?? false);
      return {
        id,
        requested,
        confirmed,
        edges: edges.length,
        inForce: requested && edges.length > 0 && confirmed === edges.length,
        touched: touched.reduce((sum, { viewers }) => sum + viewers, 0),
      };
    });
  }

  /** Counts from 1 within this core's life. */
  get #rev(): number {
    return this.#told.length;
  }
}
