import type { JournalEntry } from '../../../shared/protocol/records.ts';
import type { DeskEntry } from './desk-entry.ts';
import type { LogBook } from './log-book.ts';

/** The two logs of a desk: its own presses, and the journal of the whole show. */
export interface DeskLogs {
  desk: LogBook<DeskEntry>;
  show: LogBook<JournalEntry>;
  /** The desk's own log lies with the core, so that it can't be read without a link. */
  deskNeedsLink: boolean;
}
