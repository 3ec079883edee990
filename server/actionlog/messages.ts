/** Between the core and the thread that keeps the browser desks' logs. */
import type { ActionRecord, LogEntry } from '../../shared/protocol/logbook.ts';
import type { OpenAction } from '../storage/logbook-store.ts';

/** Where a page of a log lies: after a sequence number, or before one (null: at its end). */
export type PagePlace = { from: 'after'; seq: number } | { from: 'before'; seq: number | null };

/** What became of a record. `full`: the desk has written all that it may. `unknown-action`: an outcome without an intent. */
export type Kept = 'kept' | 'full' | 'unknown-action';

export interface ActionWorkerData {
  path: string;
  /** Actions that one desk may have in the log. */
  maxPerDesk: number;
}

export type ActionRequest =
  | { t: 'keep'; ref: number; desk: string; record: ActionRecord }
  | { t: 'page'; ref: number; desk: string; place: PagePlace; limit: number }
  | { t: 'close'; ref: number };

export type ActionReply =
  /** Open, with the actions that an earlier core left without an outcome. */
  | { t: 'opened'; open: OpenAction[] }
  | { t: 'refused'; message: string }
  | { t: 'kept'; ref: number; kept: Kept }
  | { t: 'page'; ref: number; entries: LogEntry[] }
  | { t: 'closed'; ref: number }
  | { t: 'failed'; ref: number; message: string };
