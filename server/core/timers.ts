/** What runs wait for: the disarm of an armed cue, the end of a window, the end of the grace. Armed anew from the state at every change and at every start. */
import { DISARM_AFTER_MS } from '../../shared/domain/desk-view.ts';
import type { Run, ShowState } from '../../shared/domain/show-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';

/** Node's timers hold 31 bits of ms. */
const LONGEST_MS = 2_000_000_000;

export type Due = 'disarm' | 'close' | 'seal';

/** When a run's next deadline is, core epoch ms, and what is due then; null when it waits for people only. */
export function nextDue(run: Run): { due: Due; atMs: number } | null {
  switch (run.intake) {
    case 'armed':
      return { due: 'disarm', atMs: (run.armedAtMs ?? 0) + DISARM_AFTER_MS };
    case 'open':
      return run.closesAtMs === null ? null : { due: 'close', atMs: run.closesAtMs };
    case 'closing':
      return { due: 'seal', atMs: (run.closesAtMs ?? 0) + run.text.graceMs };
    default:
      return null;
  }
}

export class Timers {
  readonly #nowMs: () => number;
  readonly #onDue: (run: Run, due: Due) => void;
  readonly #armed = new Map<RunId, { run: Run; timer: NodeJS.Timeout }>();

  constructor(options: { nowMs: () => number; onDue: (run: Run, due: Due) => void }) {
    this.#nowMs = options.nowMs;
    this.#onDue = options.onDue;
  }

  /** Arms what this state waits for and forgets the rest. */
  follow(state: ShowState): void {
    for (const run of Object.values(state.runs)) {
      if (this.#armed.get(run.runId)?.run === run) continue;
      this.#disarm(run.runId);
      this.#arm(run);
    }
    for (const runId of this.#armed.keys()) {
      if (!state.runs[runId]) this.#disarm(runId);
    }
  }

  /** After core time got a new anchor. */
  rearm(): void {
    for (const { run } of [...this.#armed.values()]) {
      this.#disarm(run.runId);
      this.#arm(run);
    }
  }

  stop(): void {
    for (const runId of [...this.#armed.keys()]) this.#disarm(runId);
  }

  #arm(run: Run): void {
    const next = nextDue(run);
    if (!next) return;
    const waitMs = Math.max(0, next.atMs - this.#nowMs());
    const timer = setTimeout(
      () => {
        // Timers may come a millisecond early against another clock; nothing is done before its time.
        if (this.#nowMs() < next.atMs) this.#arm(run);
        else this.#onDue(run, next.due);
      },
      Math.min(waitMs, LONGEST_MS),
    );
    this.#armed.set(run.runId, { run, timer });
  }

  #disarm(runId: RunId): void {
    const armed = this.#armed.get(runId);
    if (armed) clearTimeout(armed.timer);
    this.#armed.delete(runId);
  }
}
