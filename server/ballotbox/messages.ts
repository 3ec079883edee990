import type { EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Tally } from '../../shared/protocol/desk-state.ts';
import type { Mode, OptionId, RunId } from '../../shared/protocol/ids.ts';
import type { CarriedAnswers } from '../backplane/batch-text.ts';
import type { StorageErrorCode } from '../storage/storage-error.ts';
import type {
  JournalHead,
  KnownRun,
  KnownShow,
  LedgerBinding,
  LedgerFault,
  NewlySealed,
  RecountResult,
  RunHead,
  UnreadBatch,
} from './ballot-box.ts';
import type { Commit } from './commit-figures.ts';
import type { RunNetworks } from './network-counts.ts';

/** What both worker threads start with. */
export interface LedgerPaths {
  ledgers: Record<Mode, string>;
}

/** Handle → writer. `ref` comes back with the reply; `atMs` is core time, which the worker has no clock for. */
export type ToWriter =
  | { t: 'rules'; rules: RunRule[]; atMs: number }
  | { t: 'submit'; ref: number; batch: UnreadBatch; atMs: number }
  | { t: 'unknown'; edgeId: string; edgeEpoch: string; deltas: EdgeClassDeltas; atMs: number }
  | { t: 'seal'; ref: number; runId: RunId; atMs: number }
  | { t: 'destroy-salt'; ref: number; runId: RunId; atMs: number }
  | { t: 'moment'; ref: number; runId: RunId }
  | { t: 'bind'; ref: number; mode: Mode; known: KnownShow }
  | { t: 'journal'; head: JournalHead }
  | { t: 'close' };

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

export type WriterReply =
  | { t: 'answers'; ref: number; answers: CarriedAnswers }
  | { t: 'sealed'; ref: number; sealed: NewlySealed }
  | { t: 'destroyed'; ref: number }
  | { t: 'moment'; ref: number; moment: Moment }
  | { t: 'bound'; ref: number; faults: LedgerFault[] }
  /** The disk took no write; nothing of it was done. */
  | { t: 'unavailable'; ref: number; message: string };

export interface LiveTally extends RunHead {
  /** `accepted` receipts among this group's answers, repeats not counted. */
  acknowledged: number;
}

export type FromWriter =
  | { t: 'ready'; live: LiveTally[]; bindings: Record<Mode, LedgerBinding>; error: string | null }
  | { t: 'failed'; code: StorageErrorCode; message: string }
  /** A group is on disk (or failed as a whole): all that it changed, in one message. */
  | { t: 'done'; replies: WriterReply[]; live: LiveTally[]; commits: Commit[]; error: string | null }
  /** Where the ballots of these runs come from, at most four times a second. */
  | { t: 'networks'; runs: (RunNetworks & { runId: RunId })[] }
  | { t: 'closed' };

/** Handle → auditor. */
export interface RecountRequest {
  ref: number;
  moment: Moment;
  known: KnownRun | null;
}

export type FromAuditor =
  | { t: 'recount'; ref: number; result: RecountResult }
  | { t: 'failed'; ref: number; message: string };

/** The order in which a recount lists options. */
export function optionOrder(moment: Moment): OptionId[] {
  return moment.live.options.map((option) => option.id);
}
