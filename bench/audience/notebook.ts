import { nowMs } from './clock.ts';
import { FaultBook } from './fault-book.ts';
import { Histogram } from './histogram.ts';
import type { Progress, Report } from './messages.ts';
import { type SeenState, SHOWN_BIN_MS } from './state-reader.ts';
import type { Viewer } from './viewer.ts';

/** States that `progress` speaks of. */
const NEWEST = 4;
/** Width of what answers are counted in over time, ms. */
export const ANSWERS_BIN_MS = 100;

/** Everything that one process of the audience counts. */
export class Notebook {
  readonly faults = new FaultBook();
  readonly count = {
    planned: 0,
    arrived: 0,
    here: 0,
    left: 0,
    ballots: 0,
    sent: 0,
    answered: 0,
    abandoned: 0,
    resent: 0,
    repeated: 0,
    repeatsAnswered: 0,
  };
  readonly receipts: Record<string, number> = {};
  readonly refusals: Record<string, number> = {};
  readonly closes: Record<string, number> = {};
  readonly byes: Record<string, number> = {};
  readonly fates: Record<string, number> = {};
  arrivals = new Histogram();
  acks = new Histogram();
  returns = new Histogram();
  switches = new Histogram();
  /** Times between two states that a viewer was shown without asking. */
  gaps = new Histogram();
  #answersPerBin: Record<string, number> = {};
  #gapsFromMs = 0;
  /** When viewers learnt of each phase, by 5 ms of epoch time. */
  readonly #phases = new Map<string, { pushed: Map<number, number>; polled: Map<number, number> }>();
  #returnsPerS: Record<string, number> = {};
  readonly #seeing = new Map<SeenState, number>();
  readonly #inPhase = new Map<string, number>();

  bump(counts: Record<string, number>, name: string): void {
    counts[name] = (counts[name] ?? 0) + 1;
  }

  returned(atMs: number, tookMs: number): void {
    this.returns.record(tookMs);
    this.bump(this.#returnsPerS, String(Math.floor(atMs / 1_000)));
  }

  /** A ballot was answered `at `atMs`` of epoch time, `tookMs` after it was planned. */
  answered(atMs: number, tookMs: number): void {
    this.acks.record(tookMs);
    this.bump(this.#answersPerBin, String(Math.floor(atMs / ANSWERS_BIN_MS)));
  }

  /** A viewer is shown a state that it has not come with. */
  shown(viewer: Viewer, state: SeenState): void {
    const bin = Math.floor(viewer.heardAtMs / SHOWN_BIN_MS);
    if (viewer.state?.phase !== state.phase) this.#phaseShown(viewer, state.phase, bin);
    if (viewer.transport === 'poll') return;
    addTo(state.shown, bin, 1);
    if (viewer.shownAtMs > this.#gapsFromMs) this.gaps.record(viewer.heardAtMs - viewer.shownAtMs);
    viewer.shownAtMs = viewer.heardAtMs;
  }

  /** A viewer sees this state from now on, instead of the one before; null: it has gone. */
  sees(state: SeenState | null, before: SeenState | null): void {
    if (state !== null) {
      addTo(this.#seeing, state, 1);
      addTo(this.#inPhase, state.phase, 1);
    }
    if (before === null) return;
    takeFrom(this.#seeing, before);
    takeFrom(this.#inPhase, before.phase);
  }

  progress(): Progress {
    const newest = [...this.#seeing].sort(([a], [b]) => b.epoch - a.epoch || b.rev - a.rev).slice(0, NEWEST);
    const { planned, arrived, here, left, ballots, sent, answered, abandoned } = this.count;
    return {
      planned,
      arrived,
      here,
      left,
      ballots,
      sent,
      answered,
      abandoned,
      seeing: Object.fromEntries(newest.map(([{ epoch, rev }, viewers]) => [`${epoch}-${rev}`, viewers])),
      inPhase: Object.fromEntries(this.#inPhase),
      faults: this.faults.count,
    };
  }

  report(states: readonly SeenState[], forget: boolean): Report {
    const report: Report = {
      ...this.progress(),
      arrivals: this.arrivals.pack(),
      acks: this.acks.pack(),
      returns: this.returns.pack(),
      switches: this.switches.pack(),
      gaps: this.gaps.pack(),
      answersPerBin: { ...this.#answersPerBin },
      receipts: { ...this.receipts },
      refusals: { ...this.refusals },
      resent: this.count.resent,
      repeated: this.count.repeated,
      repeatsAnswered: this.count.repeatsAnswered,
      fates: { ...this.fates },
      closes: { ...this.closes },
      byes: { ...this.byes },
      returnsPerS: { ...this.#returnsPerS },
      states: states
        .filter(({ shown }) => shown.size > 0)
        .map(({ epoch, rev, bytes, shown }) => ({ epoch, rev, bytes, shown: [...shown].flat() })),
      phases: [...this.#phases].map(([phase, { pushed, polled }]) => ({
        phase,
        pushed: [...pushed].flat(),
        polled: [...polled].flat(),
      })),
      faultBook: this.faults.faults,
    };
    if (forget) {
      this.arrivals = new Histogram();
      this.acks = new Histogram();
      this.returns = new Histogram();
      this.switches = new Histogram();
      this.gaps = new Histogram();
      this.#gapsFromMs = nowMs();
      this.#answersPerBin = {};
      this.#returnsPerS = {};
      this.#phases.clear();
      for (const { shown } of states) shown.clear();
    }
    return report;
  }

  #phaseShown(viewer: Viewer, phase: string, bin: number): void {
    const bins = this.#phases.get(phase) ?? { pushed: new Map(), polled: new Map() };
    this.#phases.set(phase, bins);
    addTo(viewer.transport === 'poll' ? bins.polled : bins.pushed, bin, 1);
  }
}

function addTo<K>(counts: Map<K, number>, key: K, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}

/** What nobody is left in is forgotten: an evening of polls would make every word of progress longer. */
function takeFrom<K>(counts: Map<K, number>, key: K): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
