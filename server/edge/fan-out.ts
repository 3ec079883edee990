import type { Mode } from '../../shared/protocol/ids.ts';
import type { MeasuresInForce } from './measures-in-force.ts';
import type { HeldState } from './public-states.ts';

/** A crowd that states are sent to, over one transport. */
export interface Crowd {
  /** How many of that mode there are. */
  size(mode: Mode): number;
  /** Sends the state to the next `count` in the circle of its mode, where they haven't had it. */
  visit(held: HeldState, count: number): void;
  /** Sends the state to everyone of its mode who hasn't had it. */
  broadcast(held: HeldState): void;
}

/**
 * Of the time of a round, what may go into its writes: results leave three quarters of the process to acknowledgements,
 * arrivals and pings; a change of phase is more urgent than all of these, and still leaves them some.
 */
const RESULTS_SHARE = 0.25;
const PHASE_SHARE = 0.7;
/** A round of results ends before the next is due. */
const MOST_OF_INTERVAL = 0.8;
/** However little a round leaves for votes: figures that are older than this many cadences are no longer live. */
const MOST_CADENCES = 3;
/** How often a round goes on. Each step writes what is due by then, so a late one only writes more. */
const STEP_MS = 5;
/** What a write costs until this edge has seen it, ms; measured later, contention with other processes included. */
const FIRST_WRITE_MS = 0.012;
/** Fewer writes tell more about the clock than about their cost. */
const LEAST_WRITES = 200;

export interface FanOutOptions {
  crowds: readonly Crowd[];
  measures: Pick<MeasuresInForce, 'cadenceMs'>;
  monotonicMs: () => number;
}

interface Round {
  held: HeldState;
  startedAtMs: number;
  /** 0: all in one step. */
  overMs: number;
  /** People of each crowd as it began, and how many of them it has come to. */
  crowds: { crowd: Crowd; size: number; visited: number }[];
  busyMs: number;
}

interface Lane {
  mode: Mode;
  newest: HeldState | null;
  /** Monotonic ms; null before the first round. */
  lastRoundAtMs: number | null;
  round: Round | null;
  /** There is something newer than what the round under way began with. */
  waiting: boolean;
  /** `seq` of the newest state that everybody has been sent; 0 before the first. */
  outSeq: number;
  timer: NodeJS.Timeout | null;
}

/** Somebody who waits for states to be out: up to which, of each mode. */
interface Waiter {
  seqs: Record<Mode, number>;
  done: () => void;
}

const laneOf = (mode: Mode): Lane => ({
  mode,
  newest: null,
  lastRoundAtMs: null,
  round: null,
  waiting: false,
  outSeq: 0,
  timer: null,
});

/**
 * When states go out: phase changes at once and before everything else, the rest at most once a cadence, and slower where a
 * round costs too much. Of what waits only the latest goes out, and it always does. A round is spread by the time that
 * has passed and not by a number of sockets a turn: under load turns get rare, and a round that counts them would
 * starve behind the votes, while one that writes everything at once makes these wait.
 */
export class FanOut {
  readonly #crowds: readonly Crowd[];
  readonly #measures: Pick<MeasuresInForce, 'cadenceMs'>;
  readonly #monotonicMs: () => number;
  readonly #lanes: Record<Mode, Lane> = { live: laneOf('live'), rehearsal: laneOf('rehearsal') };
  #writeMs = FIRST_WRITE_MS;
  #roundMs = 0;
  #whenOut: Waiter[] = [];

  constructor({ crowds, measures, monotonicMs }: FanOutOptions) {
    this.#crowds = crowds;
    this.#measures = measures;
    this.#monotonicMs = monotonicMs;
  }

  /** How long the last round took from its first viewer to its last, ms; 0 before the first. */
  get roundMs(): number {
    return this.#roundMs;
  }

  publish(held: HeldState, atOnce: boolean): void {
    const lane = this.#lanes[held.state.mode];
    lane.newest = held;
    if (atOnce) this.#begin(lane, PHASE_SHARE, Number.POSITIVE_INFINITY);
    else if (lane.round === null) this.#plan(lane);
    else lane.waiting = true;
  }

  /** Calls back once everything published so far is out, which then waits for no cadence; what comes later is not waited for. */
  onceOut(done: () => void): void {
    const { live, rehearsal } = this.#lanes;
    this.#whenOut.push({ seqs: { live: live.newest?.seq ?? 0, rehearsal: rehearsal.newest?.seq ?? 0 }, done });
    for (const lane of Object.values(this.#lanes)) {
      if (lane.round === null && lane.timer !== null) this.#begin(lane, PHASE_SHARE, Number.POSITIVE_INFINITY);
    }
    this.#tellOut();
  }

  /** Sends what is not out yet in one go, before a goodbye. */
  flush(): void {
    for (const lane of Object.values(this.#lanes)) {
      const owes = lane.round !== null || lane.timer !== null || lane.waiting;
      this.#stop(lane);
      if (!owes || lane.newest === null) continue;
      for (const crowd of this.#crowds) crowd.broadcast(lane.newest);
      lane.outSeq = lane.newest.seq;
    }
    this.#tellOut();
  }

  #plan(lane: Lane): void {
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    const waitMs = lane.lastRoundAtMs === null ? 0 : lane.lastRoundAtMs + this.#intervalMs(lane) - this.#monotonicMs();
    const most = this.#intervalMs(lane) * MOST_OF_INTERVAL;
    if (waitMs <= 0) this.#begin(lane, RESULTS_SHARE, most);
    else lane.timer = setTimeout(() => this.#begin(lane, RESULTS_SHARE, most), waitMs);
  }

  /** From one round of results to the next: the cadence, or as much more as keeps the writes within their share. */
  #intervalMs(lane: Lane): number {
    const cadenceMs = this.#measures.cadenceMs(lane.mode);
    const neededMs = this.#costMs(lane.mode) / RESULTS_SHARE / MOST_OF_INTERVAL;
    return Math.max(cadenceMs, Math.min(neededMs, cadenceMs * MOST_CADENCES));
  }

  #costMs(mode: Mode): number {
    return this.#crowds.reduce((sum, crowd) => sum + crowd.size(mode), 0) * this.#writeMs;
  }

  #begin(lane: Lane, share: number, mostMs: number): void {
    this.#stop(lane);
    const held = lane.newest;
    if (held === null) return;
    const overMs = Math.min(this.#costMs(lane.mode) / share, mostMs);
    const startedAtMs = this.#monotonicMs();
    lane.lastRoundAtMs = startedAtMs;
    lane.round = {
      held,
      startedAtMs,
      overMs: overMs <= STEP_MS ? 0 : overMs,
      crowds: this.#crowds.map((crowd) => ({ crowd, size: crowd.size(lane.mode), visited: 0 })),
      busyMs: 0,
    };
    this.#step(lane, lane.round);
  }

  #step(lane: Lane, round: Round): void {
    const startMs = this.#monotonicMs();
    const { overMs } = round;
    const gone = overMs === 0 ? 1 : Math.min(1, (startMs - round.startedAtMs + STEP_MS) / overMs);
    for (const part of round.crowds) {
      const due = Math.ceil(part.size * gone) - part.visited;
      if (due <= 0) continue;
      // Whoever comes later in the circle gets what has become the newest since.
      part.crowd.visit(lane.newest ?? round.held, due);
      part.visited += due;
    }
    if (gone < 1) {
      round.busyMs += this.#monotonicMs() - startMs;
      lane.timer = setTimeout(() => this.#step(lane, round), STEP_MS);
      return;
    }
    // Those whom somebody's leaving has put behind the walk.
    for (const { crowd } of round.crowds) crowd.broadcast(round.held);
    const endMs = this.#monotonicMs();
    this.#learn(round, round.busyMs + endMs - startMs);
    this.#roundMs = endMs - round.startedAtMs;
    const { waiting } = lane;
    this.#stop(lane);
    lane.outSeq = round.held.seq;
    if (this.#isAwaited(lane)) this.#begin(lane, PHASE_SHARE, Number.POSITIVE_INFINITY);
    else if (waiting) this.#plan(lane);
    this.#tellOut();
  }

  #isAwaited({ mode, outSeq }: Lane): boolean {
    return this.#whenOut.some(({ seqs }) => seqs[mode] > outSeq);
  }

  #learn({ crowds }: Round, busyMs: number): void {
    const writes = crowds.reduce((sum, { visited }) => sum + visited, 0);
    if (writes >= LEAST_WRITES) this.#writeMs = (this.#writeMs + busyMs / writes) / 2;
  }

  #stop(lane: Lane): void {
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    lane.round = null;
    lane.waiting = false;
  }

  #tellOut(): void {
    const isOut = ({ seqs }: Waiter) => Object.values(this.#lanes).every(({ mode, outSeq }) => outSeq >= seqs[mode]);
    const out = this.#whenOut.filter(isOut);
    this.#whenOut = this.#whenOut.filter((waiter) => !out.includes(waiter));
    for (const { done } of out) done();
  }
}
