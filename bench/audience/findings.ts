import { FaultBook } from './fault-book.ts';
import { Histogram, type PackedHistogram } from './histogram.ts';
import type { Progress, Report, ShownPhase, ShownState } from './messages.ts';

/** What all processes have counted, added up. */
export interface Findings
  extends Omit<Report, 'arrivals' | 'acks' | 'returns' | 'switches' | 'gaps' | 'states' | 'faultBook'> {
  arrivals: Histogram;
  acks: Histogram;
  returns: Histogram;
  switches: Histogram;
  gaps: Histogram;
  states: ShownState[];
  faultBook: FaultBook;
}

function added(parts: readonly Record<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) all[name] = (all[name] ?? 0) + count;
  }
  return all;
}

export function addedProgress(all: readonly Progress[]): Progress {
  const sum = (pick: (progress: Progress) => number) => all.reduce((total, progress) => total + pick(progress), 0);
  return {
    planned: sum((p) => p.planned),
    arrived: sum((p) => p.arrived),
    here: sum((p) => p.here),
    left: sum((p) => p.left),
    ballots: sum((p) => p.ballots),
    sent: sum((p) => p.sent),
    answered: sum((p) => p.answered),
    abandoned: sum((p) => p.abandoned),
    seeing: added(all.map(({ seeing }) => seeing)),
    inPhase: added(all.map(({ inPhase }) => inPhase)),
    faults: sum((p) => p.faults),
  };
}

export function addUp(reports: readonly Report[]): Findings {
  const sum = (pick: (report: Report) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const counts = (pick: (report: Report) => Record<string, number>) => added(reports.map(pick));
  const merged = (pick: (report: Report) => PackedHistogram) => {
    const histogram = new Histogram();
    for (const report of reports) histogram.add(pick(report));
    return histogram;
  };
  const faultBook = new FaultBook();
  for (const report of reports) faultBook.add(report.faultBook);
  return {
    ...addedProgress(reports),
    resent: sum((r) => r.resent),
    repeated: sum((r) => r.repeated),
    repeatsAnswered: sum((r) => r.repeatsAnswered),
    fates: counts((r) => r.fates),
    receipts: counts((r) => r.receipts),
    refusals: counts((r) => r.refusals),
    closes: counts((r) => r.closes),
    byes: counts((r) => r.byes),
    returnsPerS: counts((r) => r.returnsPerS),
    arrivals: merged((r) => r.arrivals),
    acks: merged((r) => r.acks),
    returns: merged((r) => r.returns),
    switches: merged((r) => r.switches),
    gaps: merged((r) => r.gaps),
    answersPerBin: counts((r) => r.answersPerBin),
    states: mergedStates(reports),
    phases: mergedPhases(reports),
    faultBook,
  };
}

/** States of all processes, in the order of their revisions. */
function mergedStates(reports: readonly Report[]): ShownState[] {
  const all = new Map<string, ShownState>();
  for (const state of reports.flatMap(({ states }) => states)) {
    const name = `${state.epoch}-${state.rev}`;
    const known = all.get(name);
    if (known === undefined) {
      all.set(name, { ...state, shown: [...state.shown] });
    } else {
      known.shown.push(...state.shown);
    }
  }
  return [...all.values()].sort((a, b) => a.epoch - b.epoch || a.rev - b.rev);
}

function mergedPhases(reports: readonly Report[]): ShownPhase[] {
  const all = new Map<string, ShownPhase>();
  for (const { phase, pushed, polled } of reports.flatMap(({ phases }) => phases)) {
    const known = all.get(phase) ?? { phase, pushed: [], polled: [] };
    all.set(phase, { phase, pushed: [...known.pushed, ...pushed], polled: [...known.polled, ...polled] });
  }
  return [...all.values()];
}
