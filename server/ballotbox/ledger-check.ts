/** Whether a ledger holds what the journal beside it knows: at a start, so by look-ups and without counting. */
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { KnownShow, LedgerFault } from './ballot-box.ts';
import type { KnownRun } from './ledger.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { RunState } from './run-state.ts';
import { tallyOf } from './run-state.ts';

/** What of a ledger is looked at. */
export interface LedgerFacts {
  store: LedgerStore;
  runOf: (runId: string) => RunState | null;
  runs: () => Iterable<RunState>;
  /** As the file says; null: it says nothing. */
  showId: string | null;
}

export function ledgerFaults(ledger: LedgerFacts, known: KnownShow): LedgerFault[] {
  const { showId } = ledger;
  const held = [...ledger.runs()].filter(hasOpened);
  if (showId !== null && showId !== known.showId && held.length > 0) {
    return [{ ...ofAnother(ledger, held, known), runId: null, message: 'It belongs to another show.' }];
  }
  if (showId === null) {
    // From before ledgers named their show: it is ours when it holds nothing that the journal has never opened.
    const names = new Set<string>(known.runs.map(({ runId }) => runId));
    const strange = held.find(({ runId }) => !names.has(runId));
    if (strange !== undefined) {
      const message = `It holds ${strange.runId}, which this journal has never opened: it belongs to another show.`;
      return [{ ...ofAnother(ledger, held, known), runId: strange.runId, message }];
    }
  }
  return known.runs.flatMap((run) => runFaults(ledger, run));
}

/**
 * Another show's runs may have the names of ours, and would then take our ballots among theirs. What was opened on this ledger
 * all the same, once somebody had armed it with a reason, is known by the heads that the journal was told.
 */
function ofAnother(
  ledger: LedgerFacts,
  held: readonly RunState[],
  { runs }: KnownShow,
): Pick<LedgerFault, 'code' | 'lacking'> {
  const isProven = (run: KnownRun) => (run.sealed ?? run.told) !== null && runFaults(ledger, run).length === 0;
  const proven = new Set<RunId>(runs.filter(isProven).map(({ runId }) => runId));
  const named = new Set<RunId>([...runs, ...held].map(({ runId }) => runId));
  return { code: 'other-show', lacking: [...named].filter((runId) => !proven.has(runId)) };
}

/** Whether a run has ever been on. A ballot that came before leaves a row as well, as what it was: not eligible. */
export function hasOpened({ stored }: RunState): boolean {
  return stored.salt !== null || stored.saltDestroyed || stored.sealed !== null;
}

/** In words that every desk reads, those too that may not know how many have voted: no count, and no link, which is one for each vote. */
function runFaults({ store, runOf }: LedgerFacts, { runId, sealed, told }: KnownRun): LedgerFault[] {
  const run = runOf(runId);
  const row = run?.stored.id ?? null;
  if (run === null || row === null) {
    if (sealed === null && told === null) return [];
    const by = sealed === null ? 'was told of its ballots' : 'sealed it';
    const message = `${runId} is not there, though the journal ${by}.`;
    return [{ code: 'run-missing', runId, lacking: [runId], message }];
  }
  const { stored } = run;
  const faults: LedgerFault[] = [];
  const fault = (code: LedgerFault['code'], message: string) => faults.push({ code, runId, lacking: [runId], message });
  if (stored.lastBatch !== 0 && store.hashOf(row, stored.lastBatch) !== stored.head) {
    fault('head-missing', `The last link of ${runId} is not there.`);
  }
  if (sealed !== null) {
    const { head, batch } = stored.sealed ?? { head: null, batch: 0 };
    if (head !== sealed.head || (batch !== 0 && store.hashOf(row, batch) !== head)) {
      fault('head-missing', `${runId} does not have the head ${sealed.head} that the journal sealed it with.`);
    }
    if (stored.sealed !== null && !sameCounts(stored.sealed.tally, sealed.tally)) {
      fault('counts-differ', `${runId} was sealed with other counts than the journal's.`);
    }
    if (sealed.tally.total > 0 && !store.hasBallots(row)) {
      fault('counts-differ', `The ballots of ${runId} are not there.`);
    }
  }
  if (told !== null) {
    if (store.hashOf(row, told.link) !== told.head) {
      fault('head-missing', `${runId} does not reach the link that the journal was told of.`);
    } else if (!holds(tallyOf(run), told.tally)) {
      fault('counts-differ', `${runId} has fewer ballots than the journal was told of.`);
    }
  }
  return faults;
}

const countOf = (tally: Tally, id: string): number => tally.options.find((option) => option.id === id)?.count ?? 0;

export function sameCounts(a: Tally, b: Tally): boolean {
  const ids = new Set([...a.options, ...b.options].map(({ id }) => id));
  return a.total === b.total && [...ids].every((id) => countOf(a, id) === countOf(b, id));
}

/** Whether every count is at least what it was. */
function holds(now: Tally, then: Tally): boolean {
  return now.total >= then.total && then.options.every(({ id, count }) => countOf(now, id) >= count);
}
