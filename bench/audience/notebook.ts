import { FaultBook } from './fault-book.ts';
import { Histogram } from './histogram.ts';
import type { Progress, Report } from './messages.ts';
import type { SeenState } from './state-reader.ts';

/** States that `progress` speaks of. */
const NEWEST = 4;

/** Everything that one process of the audience counts. */
export class Notebook {
  readonly faults = new FaultBook();
  readonly count = { planned: 0, arrived: 0, here: 0, ballots: 0, sent: 0, answered: 0, resent: 0 };
  readonly receipts: Record<string, number> = {};
  readonly refusals: Record<string, number> = {};
  readonly closes: Record<string, number> = {};
  readonly byes: Record<string, number> = {};
  arrivals = new Histogram();
  acks = new Histogram();
  returns = new Histogram();
  #returnsPerS: Record<string, number> = {};
  readonly #seeing = new Map<SeenState, number>();

  bump(counts: Record<string, number>, name: string): void {
    counts[name] = (counts[name] ?? 0) + 1;
  }

  returned(atMs: number, tookMs: number): void {
    this.returns.record(tookMs);
    this.bump(this.#returnsPerS, String(Math.floor(atMs / 1_000)));
  }

  /** A viewer has been shown a state, instead of the one it saw before. */
  sees(state: SeenState): void {
    this.#seeing.set(state, (this.#seeing.get(state) ?? 0) + 1);
  }

  progress(): Progress {
    const newest = [...this.#seeing].sort(([a], [b]) => b.epoch - a.epoch || b.rev - a.rev).slice(0, NEWEST);
    const { planned, arrived, here, ballots, sent, answered } = this.count;
    return {
      planned,
      arrived,
      here,
      ballots,
      sent,
      answered,
      seeing: Object.fromEntries(newest.map(([{ epoch, rev }, viewers]) => [`${epoch}-${rev}`, viewers])),
      faults: this.faults.count,
    };
  }

  report(states: readonly SeenState[], forget: boolean): Report {
    const report: Report = {
      ...this.progress(),
      arrivals: this.arrivals.pack(),
      acks: this.acks.pack(),
      returns: this.returns.pack(),
      receipts: { ...this.receipts },
      refusals: { ...this.refusals },
      resent: this.count.resent,
      closes: { ...this.closes },
      byes: { ...this.byes },
      returnsPerS: { ...this.#returnsPerS },
      states: states
        .filter(({ shown }) => shown.size > 0)
        .map(({ epoch, rev, intake, bytes, shown }) => ({ epoch, rev, intake, bytes, shown: [...shown].flat() })),
      faultBook: this.faults.faults,
    };
    if (forget) {
      this.arrivals = new Histogram();
      this.acks = new Histogram();
      this.returns = new Histogram();
      this.#returnsPerS = {};
      for (const { shown } of states) shown.clear();
    }
    return report;
  }
}
