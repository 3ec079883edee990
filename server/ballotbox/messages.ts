/** Between the ballot box's handle and its two threads. */
import type { EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { Mode, OptionId, RunId } from '../../shared/protocol/ids.ts';
import type { CarriedAnswers } from '../backplane/batch-text.ts';
import type { JournalHead, KnownShow, LedgerBinding, LedgerFault, UnreadBatch } from './ballot-box.ts';
import type { Commit } from './commit-figures.ts';
import type { KnownRun, NewlySealed, RecountResult, RunHead } from './ledger.ts';
import type { RunNetworks } from './network-counts.ts';

/** What both worker threads start with. */
export interface LedgerPaths {
  ledgers: Record<Mode, string>;
}

/**
 * What the writer is asked; it answers in groups, when all that a group has changed is on disk or has failed. `atMs` is core time, which
 * the worker has no clock for. `seal` and `destroySalt` fail as `UNAVAILABLE` when the disk took no write; nothing of it was done.
 */
export interface WriterCalls {
  setRules: (rules: readonly RunRule[], atMs: number) => void;
  submit: (batch: UnreadBatch, atMs: number) => CarriedAnswers;
  noteUnknown: (edge: { edgeId: string; edgeEpoch: string }, deltas: EdgeClassDeltas, atMs: number) => void;
  seal: (runId: RunId, atMs: number) => NewlySealed;
  destroySalt: (runId: RunId, atMs: number) => void;
  moment: (runId: RunId) => Moment;
  bind: (mode: Mode, known: KnownShow) => LedgerFault[];
  journalIs: (head: JournalHead) => void;
}

export const UNAVAILABLE = 'unavailable';

/** A run at one moment: what a recount has to arrive at. */
export interface Moment {
  runId: RunId;
  /** The run's last link, 0 when it has none. */
  lastBatch: number;
  /** The run's head and the link it is the hash of: the one under the seal where there is a seal, else the last. */
  head: string;
  headBatch: number;
  live: Tally;
}

export interface LiveTally extends RunHead {
  /** `accepted` receipts among this group's answers, repeats not counted. */
  acknowledged: number;
}

/** When both ledgers are open and folded. */
export interface WriterOpened {
  live: LiveTally[];
  bindings: Record<Mode, LedgerBinding>;
  error: string | null;
}

export type WriterWord =
  /** A group is on disk (or failed as a whole): all that it changed, heard before its answers. */
  | { t: 'done'; live: LiveTally[]; commits: Commit[]; error: string | null }
  /** Where the ballots of these runs come from, at most four times a second. */
  | { t: 'networks'; runs: (RunNetworks & { runId: RunId })[] };

export interface AuditorCalls {
  recount: (moment: Moment, known: KnownRun | null) => Promise<RecountResult>;
}

/** The order in which a recount lists options. */
export function optionOrder(moment: Moment): OptionId[] {
  return moment.live.options.map((option) => option.id);
}
