import { type CoreMs, coreMs, type MonotonicMs, monotonicMs, rawMs, sinceMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import { monotonicNow, uptimeMs } from '../process/clocks.ts';

/** What a check of the clocks found. `byMs` > 0: the wall clock is ahead of core time. */
export type ClockEvent = { kind: 'suspended'; byMs: number } | { kind: 'stepped'; byMs: number };

export interface ClockSources {
  /** Epoch ms. */
  wallMs: () => number;
  /** The machine's; never goes back, stands still while the machine sleeps. */
  monotonicNow: () => MonotonicMs;
  /** Ms since boot, goes on while the machine sleeps. */
  uptimeMs: () => number;
}

export const SYSTEM_CLOCKS: ClockSources = { wallMs: () => Date.now(), monotonicNow, uptimeMs };

/** More than this between two checks is no slewing any more. */
const STEP_MS = 500;
/** A reading may be this old when it isn't told in whole seconds: the coarsest tick that systems have is 16 ms. */
const TICK_MS = 20;
const WHOLE_S = 1_000;
/** Core time and wall may differ by this. */
const SEEN_MS = 50;
/** Uptime and monotonic clock are compared over no longer than this, so that their rates need not be the same to the last digit. */
const COMPARED_FOR_MS = 60_000;

/** How coarse a clock's readings are, ms: some systems tell whole seconds, and a comparison must not take a tick for a sleep. */
class Coarseness {
  #isWhole = true;

  read(ms: number): number {
    this.#isWhole &&= Math.round(ms) % WHOLE_S === 0;
    return ms;
  }

  get ms(): number {
    return this.#isWhole ? WHOLE_S : TICK_MS;
  }
}

/**
 * Core time: an anchor and the machine's monotonic clock. Deadlines run on it, so that somebody who sets the machine's clock
 * neither closes a poll nor keeps it open. Its anchor outlives the core: the next one goes on with it.
 */
export class CoreClock {
  readonly #sources: ClockSources;
  /** Core time at a moment. */
  #anchor: { coreMs: number; at: MonotonicMs };
  /** Uptime at a moment: what it has gained on the monotonic clock since, the machine has slept. */
  #awake: { uptimeMs: number; at: MonotonicMs };
  /** Known difference to the wall; a step is reported once. */
  #offsetMs: number;
  readonly #wall = new Coarseness();
  readonly #monotonic = new Coarseness();
  readonly #uptime = new Coarseness();

  /** @param anchor the last core's; null: core time begins with the wall clock */
  constructor(sources: ClockSources, anchor: ClockAnchor | null) {
    this.#sources = sources;
    const at = this.#monotonicNow();
    const uptime = this.#uptimeMs();
    this.#awake = { uptimeMs: uptime, at };
    this.#offsetMs = 0;
    // A clock that runs behind the anchor's is another boot's: what was told of that one means nothing here.
    const passedMs = anchor === null ? Number.NaN : sinceMs(at, monotonicMs(anchor.monotonicMs));
    if (anchor === null || passedMs < 0) {
      this.#anchor = { coreMs: this.#wallMs(), at };
      return;
    }
    const sleptMs = uptime - anchor.uptimeMs - passedMs;
    this.#anchor = { coreMs: anchor.coreMs + passedMs + (this.#isSleep(sleptMs) ? sleptMs : 0), at };
  }

  /** Core time now. */
  nowMs(): CoreMs {
    return coreMs(Math.floor(this.#exactMs()));
  }

  /** For intervals; see `shared/domain/time.ts`. */
  monotonicNow(): MonotonicMs {
    return this.#sources.monotonicNow();
  }

  /** How far the wall clock is ahead of core time, ms. */
  driftMs(): number {
    return Math.round(this.#wallMs() - this.#exactMs());
  }

  /** What the next core needs, to go on with this one's time. */
  anchor(): ClockAnchor {
    const at = this.#monotonicNow();
    return {
      bootId: null,
      coreMs: this.#anchor.coreMs + sinceMs(at, this.#anchor.at),
      monotonicMs: rawMs(at),
      uptimeMs: this.#uptimeMs(),
    };
  }

  /**
   * To be called every 250 ms. A machine that slept gets a new anchor (the audience's time went on); a wall clock that
   * was set leaves running deadlines alone and is only reported.
   */
  check(): ClockEvent | null {
    const at = this.#monotonicNow();
    const uptime = this.#uptimeMs();
    const passedMs = sinceMs(at, this.#awake.at);
    const sleptMs = uptime - this.#awake.uptimeMs - passedMs;
    const unknownMs = this.driftMs() - this.#offsetMs;
    if (this.#isSleep(sleptMs)) {
      // The wall clock went on through the sleep and tells it finer than an uptime in whole seconds, unless it was set as well.
      const toldByWall = Math.abs(unknownMs - sleptMs) <= STEP_MS + this.#uptime.ms + this.#wall.ms;
      const byMs = toldByWall ? unknownMs : Math.round(sleptMs);
      this.#anchor.coreMs += byMs;
      this.#awake = { uptimeMs: uptime, at };
      this.#offsetMs = this.driftMs();
      return { kind: 'suspended', byMs };
    }
    if (passedMs > COMPARED_FOR_MS) this.#awake = { uptimeMs: uptime, at };
    if (Math.abs(unknownMs) <= STEP_MS + this.#coarser(this.#wall)) return null;
    this.#offsetMs += unknownMs;
    return { kind: 'stepped', byMs: this.#offsetMs };
  }

  /** By how much core time should be set to be the wall's again, ms; 0 where they differ by less than anybody sees or a clock tells. */
  wantedShiftMs(): number {
    const driftMs = this.driftMs();
    return Math.abs(driftMs) > SEEN_MS + this.#coarser(this.#wall) ? driftMs : 0;
  }

  /** Sets core time on or back; only while nothing is armed or on air. */
  shift(byMs: number): void {
    this.#anchor.coreMs += byMs;
    this.#offsetMs -= byMs;
  }

  #exactMs(): number {
    return this.#anchor.coreMs + sinceMs(this.#monotonicNow(), this.#anchor.at);
  }

  #isSleep(sleptMs: number): boolean {
    return sleptMs > STEP_MS + this.#coarser(this.#uptime);
  }

  /** What a comparison of this clock with the monotonic one may be wrong by, ms. */
  #coarser(clock: Coarseness): number {
    return clock.ms + this.#monotonic.ms;
  }

  #wallMs(): number {
    return this.#wall.read(this.#sources.wallMs());
  }

  #monotonicNow(): MonotonicMs {
    const at = this.#sources.monotonicNow();
    this.#monotonic.read(rawMs(at));
    return at;
  }

  #uptimeMs(): number {
    return this.#uptime.read(this.#sources.uptimeMs());
  }
}
