/** Between the core and the thread that keeps the browser desks' logs. */
import type { ActionRecord, LogEntry } from '../../shared/protocol/logbook.ts';

/** Where a page of a log lies: after a sequence number, or before one (null: at its end). */
export type PagePlace = { from: 'after'; seq: number } | { from: 'before'; seq: number | null };

/** What became of a record. `full`: the desk has written all that it may. `unknown-action`: an outcome without an intent. */
export type Kept = 'kept' | 'full' | 'unknown-action';

export interface ActionWorkerData {
  path: string;
  /** Actions that one desk may have in the log. */
  maxPerDesk: number;
}

export interface ActionCalls {
  keep(desk: string, record: ActionRecord): Kept;
  page(desk: string, place: PagePlace, limit: number): LogEntry[];
}
