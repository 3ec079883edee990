import type { Mode } from '../../shared/protocol/ids.ts';
import type { HeldState } from './public-states.ts';

/** A crowd that states are sent to, over one transport. */
export interface Crowd {
  /** Sends the state to everyone of its mode who hasn't had it. */
  broadcast(held: HeldState): void;
}

interface Lane {
  /** Monotonic ms; null before the first round. */
  lastRoundAtMs: number | null;
  waiting: HeldState | null;
  timer: NodeJS.Timeout | null;
}

/**
 * When states go out: phase changes at once, everything else at most once per `hints.cadenceMs`. Of what waits only
 * the latest goes out, and it always does.
 */
export class FanOut {
  readonly #crowds: readonly Crowd[];
  readonly #monotonicMs: () => number;
  readonly #lanes: Record<Mode, Lane> = {
    live: { lastRoundAtMs: null, waiting: null, timer: null },
    rehearsal: { lastRoundAtMs: null, waiting: null, timer: null },
  };

  #roundMs = 0;

  constructor(crowds: readonly Crowd[], monotonicMs: () => number) {
    this.#crowds = crowds;
    this.#monotonicMs = monotonicMs;
  }

  /** How long the last round took, ms; 0 before the first. */
  get roundMs(): number {
    return this.#roundMs;
  }

  publish(held: HeldState, atOnce: boolean): void {
    const lane = this.#lanes[held.state.mode];
    lane.waiting = held;
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    const dueAtMs = lane.lastRoundAtMs === null ? 0 : lane.lastRoundAtMs + held.state.hints.cadenceMs;
    const waitMs = dueAtMs - this.#monotonicMs();
    if (atOnce || waitMs <= 0) this.#round(lane);
    else lane.timer = setTimeout(() => this.#round(lane), waitMs);
  }

  /** Sends what still waits: before a goodbye, or where it has to be out before something else is said. */
  flush(): void {
    for (const lane of Object.values(this.#lanes)) this.#round(lane);
  }

  #round(lane: Lane): void {
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    const held = lane.waiting;
    if (held === null) return;
    lane.waiting = null;
    const startMs = this.#monotonicMs();
    lane.lastRoundAtMs = startMs;
    for (const crowd of this.#crowds) crowd.broadcast(held);
    this.#roundMs = this.#monotonicMs() - startMs;
  }
}
