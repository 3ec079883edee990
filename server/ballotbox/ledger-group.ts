import type { BallotAnswer, EdgeClassDeltas, RunRule } from '../../shared/protocol/backplane.ts';
import type { Mode, RunId } from '../../shared/protocol/ids.ts';
import type { KnownShow, LedgerFault, SubmittedBatch } from './ballot-box.ts';
import type { Commit } from './commit-figures.ts';
import type { NewlySealed } from './ledger.ts';
import type { LiveTally, Moment } from './messages.ts';

/** What one commit takes together, each for the ledger that it concerns. `ref` comes back with the reply. */
export type GroupItem =
  | { t: 'rules'; rules: readonly RunRule[]; atMs: number }
  | SubmitItem
  | { t: 'unknown'; edgeId: string; edgeEpoch: string; deltas: EdgeClassDeltas; atMs: number }
  | { t: 'seal'; ref: number; runId: RunId; atMs: number }
  | { t: 'destroy-salt'; ref: number; runId: RunId; atMs: number }
  | { t: 'moment'; ref: number; runId: RunId }
  | { t: 'bind'; ref: number; mode: Mode; known: KnownShow };

/** `answers` is the batch's list of answers, shared by both ledgers, each filling its own places. */
export interface SubmitItem {
  t: 'submit';
  ref: number;
  batch: SubmittedBatch;
  atMs: number;
  answers: BallotAnswer[];
}

export type GroupReply =
  | { t: 'sealed'; ref: number; sealed: NewlySealed }
  | { t: 'destroyed'; ref: number }
  | { t: 'moment'; ref: number; moment: Moment }
  | { t: 'bound'; ref: number; faults: LedgerFault[] }
  /** The disk took no write; nothing of it was done. */
  | { t: 'unavailable'; ref: number; message: string };

export interface GroupOutcome {
  replies: GroupReply[];
  live: LiveTally[];
  /** Null: no ballot was in it, or nothing was written. */
  commit: Commit | null;
}
