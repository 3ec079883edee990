import type { BallotAnswer } from '../../shared/protocol/backplane.ts';
import type { SubmittedBatch } from './ballot-box.ts';
import type { Commit } from './commit-figures.ts';
import type { LiveTally, ToWriter, WriterReply } from './messages.ts';

/** A message of the group that one commit takes; `answers` is the batch's list of answers, shared by both ledgers, each filling its own places. */
export type GroupItem = Exclude<ToWriter, { t: 'close' | 'submit' | 'journal' }> | SubmitItem;
export interface SubmitItem {
  t: 'submit';
  ref: number;
  batch: SubmittedBatch;
  atMs: number;
  answers: BallotAnswer[];
}

export interface GroupOutcome {
  replies: WriterReply[];
  live: LiveTally[];
  /** Null: no ballot was in it, or nothing was written. */
  commit: Commit | null;
}
