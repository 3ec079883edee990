/** What the core waits for: the disarm of an armed cue, the end of a window, the end of the grace, the time at which a pinned switch goes back. Armed anew from the state at every change and at every start. */
import { DISARM_AFTER_MS } from '../../shared/domain/desk-view.ts';
import { SWITCHES, type SwitchSetting } from '../../shared/domain/ladder.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { SwitchId } from '../../shared/protocol/desk-state.ts';

/** Node's timers hold 31 bits of ms. */
const LONGEST_MS = 2_000_000_000;

/** Something that is due at a time (core epoch ms). `of` is a part of the state: another object means that it was changed. */
export type Deadline =
  | { due: 'disarm' | 'close' | 'seal'; of: Run; atMs: number }
  | { due: 'revert'; id: SwitchId; of: SwitchSetting; atMs: number };

/** A run's next deadline; null when it waits for people only. */
function deadlineOf(run: Run): Deadline | null {
  switch (run.intake) {
    case 'armed':
      return { due: 'disarm', of: run, atMs: (run.armedAtMs ?? 0) + DISARM_AFTER_MS };
    case 'open':
      return run.closesAtMs === null ? null : { due: 'close', of: run, atMs: run.closesAtMs };
    case 'closing':
      return { due: 'seal', of: run, atMs: (run.closesAtMs ?? 0) + run.text.graceMs };
    default:
      return null;
  }
}

/** All that this state waits for, by what it hangs on. */
function deadlinesOf({ runs, switches }: ShowState): Map<string, Deadline> {
  const deadlines = new Map<string, Deadline>();
  for (const run of Object.values(runs)) {
    const deadline = deadlineOf(run);
    if (deadline) deadlines.set(`run ${run.runId}`, deadline);
  }
  for (const { id } of SWITCHES) {
    const of = switches[id];
    if (of === undefined || of.revertsAtMs === null) continue;
    deadlines.set(`switch ${id}`, { due: 'revert', id, of, atMs: of.revertsAtMs });
  }
  return deadlines;
}

export class Timers {
  readonly #nowMs: () => number;
  readonly #onDue: (deadline: Deadline) => void;
  readonly #armed = new Map<string, { deadline: Deadline; timer: NodeJS.Timeout }>();

  constructor(options: { nowMs: () => number; onDue: (deadline: Deadline) => void }) {
    this.#nowMs = options.nowMs;
    this.#onDue = options.onDue;
  }

  /** Arms what this state waits for and forgets the rest. */
  follow(state: ShowState): void {
    const deadlines = deadlinesOf(state);
    for (const [key, { deadline }] of this.#armed) {
      if (deadlines.get(key)?.of !== deadline.of) this.#disarm(key);
    }
    for (const [key, deadline] of deadlines) {
      if (!this.#armed.has(key)) this.#arm(key, deadline);
    }
  }

  /** After core time got a new anchor. */
  rearm(): void {
    for (const [key, { deadline }] of [...this.#armed]) {
      this.#disarm(key);
      this.#arm(key, deadline);
    }
  }

  stop(): void {
    for (const key of [...this.#armed.keys()]) this.#disarm(key);
  }

  #arm(key: string, deadline: Deadline): void {
    const waitMs = Math.max(0, deadline.atMs - this.#nowMs());
    const timer = setTimeout(
      () => {
        // Timers may come a millisecond early against another clock; nothing is done before its time.
        if (this.#nowMs() < deadline.atMs) this.#arm(key, deadline);
        else this.#onDue(deadline);
      },
      Math.min(waitMs, LONGEST_MS),
    );
    this.#armed.set(key, { deadline, timer });
  }

  #disarm(key: string): void {
    const armed = this.#armed.get(key);
    if (armed) clearTimeout(armed.timer);
    this.#armed.delete(key);
  }
}
