import { type CoreMs, coreMs, type MonotonicMs, monotonicMs, rawMs, sinceMs } from '../../shared/domain/time.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import type { Loaded } from '../journal/journal-messages.ts';
import { monotonicNow, uptimeMs } from '../process/clocks.ts';
import { type FormerTime, FormerTimes } from './former-times.ts';

/** What a check of the clocks found. `stepped`, `byMs` > 0: the wall clock is ahead of core time. */
export type ClockEvent =
  | { kind: 'suspended'; byMs: number }
  | { kind: 'stepped'; byMs: number }
  /** The uptime jumped by so much and the wall clock knows of no sleep: it counts from something else now. */
  | { kind: 'uptime-odd'; byMs: number };

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

/** What core time hung on after it was set last, as the journal has it. */
export function lastClockSet({ snapshot, entries }: Pick<Loaded, 'snapshot' | 'entries'>): ClockAnchor | null {
  const event = entries.flatMap(({ events }) => events).findLast(({ type }) => type === 'clock.set');
  return (event?.type === 'clock.set' ? event.anchor : snapshot?.clock) ?? null;
}

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
  /** Known difference to the wall; a step is reported once, whichever core it was that did. */
  #offsetMs = 0;
  /** What the uptime had jumped by when this core began, for the first check to tell. */
  #oddMs: number | null = null;
  readonly #bootId: string | null;
  #former = new FormerTimes();
  readonly #wall = new Coarseness();
  readonly #monotonic = new Coarseness();
  readonly #uptime = new Coarseness();

  /**
   * @param anchor the last core's; null: core time begins with the wall clock
   * @param bootId names this boot of the machine in the anchors that are told; null where nobody knows its name
   */
  constructor(sources: ClockSources, { anchor, bootId }: { anchor: ClockAnchor | null; bootId: string | null }) {
    this.#sources = sources;
    this.#bootId = bootId;
    const at = this.#monotonicNow();
    this.#awake = { uptimeMs: this.#uptimeMs(), at };
    this.#anchor = { coreMs: this.#wallMs(), at };
    if (anchor !== null) this.#goOnFrom(anchor);
  }

  /**
   * Goes on from the anchor that the journal has of the last time that core time was set, where whoever told `told`, the anchor
   * that this core began with, died before it could tell that one: otherwise the same step would be taken again, and what the
   * journal moved along with it moved twice.
   */
  takeJournaled(journaled: ClockAnchor | null, told: ClockAnchor | null): void {
    if (journaled === null || told === null || journaled.bootId === null) return;
    const { bootId, monotonicMs: atMs } = journaled;
    if (bootId === this.#bootId && bootId === told.bootId && atMs > told.monotonicMs) this.#goOnFrom(journaled);
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

  /** What core time was before it was set, of the last seconds: commands that come in now may be stamped by it. */
  formerTimes(): readonly FormerTime[] {
    return this.#former.list(this.#monotonicNow());
  }

  /** What the next core needs, to go on with this one's time. */
  anchor(): ClockAnchor {
    const at = this.#monotonicNow();
    return {
      bootId: this.#bootId,
      coreMs: this.#anchor.coreMs + sinceMs(at, this.#anchor.at),
      monotonicMs: rawMs(at),
      uptimeMs: this.#uptimeMs(),
      offsetMs: this.#offsetMs,
      former: this.#former.list(at).map(({ setOnMs, until }) => ({ setOnMs, untilMs: rawMs(until) })),
    };
  }

  /** What `anchor` will say after `shift`. */
  anchorShifted(byMs: number): ClockAnchor {
    const { former = [], ...anchor } = this.anchor();
    const before = former.map(({ setOnMs, untilMs }) => ({ setOnMs: setOnMs + byMs, untilMs }));
    return {
      ...anchor,
      coreMs: anchor.coreMs + byMs,
      offsetMs: this.#offsetMs - byMs,
      former: [...before, { setOnMs: byMs, untilMs: anchor.monotonicMs }],
    };
  }

  /**
   * To be called every 250 ms. A machine that slept gets a new anchor (the audience's time went on); a wall clock that
   * was set leaves running deadlines alone and is only reported. After any event `anchor` says something new.
   */
  check(): ClockEvent | null {
    const at = this.#monotonicNow();
    const uptime = this.#uptimeMs();
    const passedMs = sinceMs(at, this.#awake.at);
    const sleptMs = uptime - this.#awake.uptimeMs - passedMs;
    const unknownMs = this.driftMs() - this.#offsetMs;
    const oddMs = this.#oddMs ?? (this.#isOdd(sleptMs, unknownMs) ? Math.round(sleptMs) : null);
    this.#oddMs = null;
    if (oddMs !== null) {
      this.#awake = { uptimeMs: uptime, at };
      return { kind: 'uptime-odd', byMs: oddMs };
    }
    if (this.#isSleep(sleptMs)) {
      // The wall clock went on through the sleep and tells it finer than an uptime in whole seconds, unless it was set as well.
      const toldByWall = Math.abs(unknownMs - sleptMs) <= STEP_MS + this.#uptime.ms + this.#wall.ms;
      const byMs = toldByWall ? unknownMs : Math.round(sleptMs);
      this.#sleptFor(byMs);
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
    this.#former.setOn(byMs, this.#monotonicNow());
    this.#anchor.coreMs += byMs;
    this.#offsetMs -= byMs;
  }

  /** What was stamped before it is as old as the sleep was long, whatever the monotonic clock says. */
  #sleptFor(ms: number): void {
    this.#former = new FormerTimes();
    this.#anchor.coreMs += ms;
  }

  #exactMs(): number {
    return this.#anchor.coreMs + sinceMs(this.#monotonicNow(), this.#anchor.at);
  }

  /** An anchor of a clock that is ahead of ours is another boot's: what was told of that one means nothing here. */
  #goOnFrom(anchor: ClockAnchor): void {
    const { at, uptimeMs } = this.#awake;
    const passedMs = sinceMs(at, monotonicMs(anchor.monotonicMs));
    if (passedMs < 0) return;
    this.#anchor = { coreMs: anchor.coreMs + passedMs, at };
    this.#offsetMs = anchor.offsetMs ?? 0;
    const told = anchor.former ?? [];
    this.#former = new FormerTimes(told.map(({ setOnMs, untilMs }) => ({ setOnMs, until: monotonicMs(untilMs) })));
    const sleptMs = uptimeMs - anchor.uptimeMs - passedMs;
    this.#oddMs = this.#isOdd(sleptMs, this.driftMs() - this.#offsetMs) ? Math.round(sleptMs) : null;
    if (this.#oddMs === null && this.#isSleep(sleptMs)) this.#sleptFor(sleptMs);
  }

  #isSleep(sleptMs: number): boolean {
    return sleptMs > STEP_MS + this.#coarser(this.#uptime);
  }

  /**
   * Whether the uptime has jumped without a sleep, as it does where it is read from a container now and from its host then. The
   * wall clock goes on through a sleep; it may have been set meanwhile, on by anything, and back by less than half of the sleep, as
   * when it is corrected after it. A wall clock that is set back by more in the same moment as a sleep ends looks like an uptime
   * that jumped, and is taken for one: a sleep that is missed makes polls end late, and one that never was ends them all at once.
   *
   * @param unknownMs by how much more than the monotonic clock the wall clock has moved
   */
  #isOdd(sleptMs: number, unknownMs: number): boolean {
    if (!this.#isSleep(sleptMs)) return this.#isSleep(-sleptMs);
    return unknownMs < sleptMs / 2;
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
