import type { Logger } from 'pino';
import type { SystemStep } from '../../shared/domain/decide.ts';
import { isCalm, type ShowState } from '../../shared/domain/show-state.ts';
import type { ClockAnchor } from '../../shared/protocol/process.ts';
import type { ClockEvent, CoreClock } from '../show/core-clock.ts';

/** A clock that is this far off is being slewed, or nearly right; one further off has been set. */
const SLEWED_MS = 500;

export interface ClockKeeperOptions {
  clock: Pick<CoreClock, 'check' | 'shift' | 'wantedShiftMs' | 'anchor' | 'anchorShifted'>;
  show: () => ShowState;
  /** Journals that core time is set; the entry, once applied, comes back as `set`. */
  step: (step: SystemStep) => Promise<unknown>;
  /** Edges are told that core time was set. */
  sendClock: (byMs: number) => void;
  /** What waits for a moment of core time waits anew. */
  rearm: () => void;
  alarm: (code: string, message: string) => void;
  /** What the next core's time hangs on. */
  onAnchor: (anchor: ClockAnchor) => void;
  log: Pick<Logger, 'warn'>;
}

/** Keeps core time, its edges' and its timers' together, and tells people what happened to the machine's clock. */
export class ClockKeeper {
  readonly #options: ClockKeeperOptions;
  #isSetting = false;

  constructor(options: ClockKeeperOptions) {
    this.#options = options;
  }

  /** Core time goes on as this core knew it, whatever becomes of it. */
  tellAnchor(): void {
    this.#options.onAnchor(this.#options.clock.anchor());
  }

  set(byMs: number): void {
    const { clock, sendClock, rearm } = this.#options;
    clock.shift(byMs);
    sendClock(byMs);
    rearm();
    this.tellAnchor();
  }

  /** To be called every 250 ms. */
  check(): void {
    this.#look();
    this.#followWall();
  }

  #look(): void {
    const { clock, sendClock, rearm, alarm, log } = this.#options;
    const event = clock.check();
    if (event === null) return;
    if (event.kind === 'suspended') {
      sendClock(event.byMs);
      rearm();
    }
    if (event.kind === 'uptime-odd') log.warn({ byMs: event.byMs }, 'the uptime jumped, and nothing slept');
    alarm(...clockAlarm(event));
    // One that is told while the journal takes another would look newer than that, and not know that core time was set.
    if (!this.#isSetting) this.tellAnchor();
  }

  /**
   * While nothing runs on it, core time is the wall's. It follows a clock that is slewed without a word; what was set by more is
   * journaled, so that pins which are still to go back keep the time that is left to them, over a restart too.
   */
  #followWall(): void {
    const { clock, show, step } = this.#options;
    const byMs = clock.wantedShiftMs();
    if (byMs === 0 || this.#isSetting || !isCalm(show())) return;
    if (Math.abs(byMs) <= SLEWED_MS) {
      this.set(byMs);
      return;
    }
    this.#isSetting = true;
    void step({ type: 'system.clock', byMs, anchor: clock.anchorShifted(byMs) }).finally(() => {
      this.#isSetting = false;
      this.tellAnchor();
    });
  }
}

/** Code and sentence of what a check of the clocks has found. */
export function clockAlarm({ kind, byMs }: ClockEvent): [code: string, message: string] {
  const seconds = `${(byMs / 1000).toFixed(1)} s`;
  switch (kind) {
    case 'suspended':
      return [kind, `The machine slept for ${seconds}. Look at what should have happened meanwhile.`];
    case 'uptime-odd':
      return [
        kind,
        'The time since the machine started jumped, and its clock knows of no sleep. Deadlines keep their time; should it have slept after all, they end later by as long.',
      ];
    case 'stepped':
      return ['clock-stepped', `The machine's clock was set by ${seconds}. Running deadlines keep their time.`];
  }
}
