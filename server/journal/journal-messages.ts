/** Between the core and its journal's threads. */
import type { ShowEvent } from '../../shared/domain/events.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { RunHead } from '../ballotbox/ballot-box.ts';

/** The shape of `events` and snapshots; `upcast.ts` reads what an earlier one wrote. */
export const EVENT_VERSION = 3;

/** One journal entry: a command (or a step of the core's own), its answer and the events it made. */
export interface StoredEntry {
  seq: number;
  atMs: number;
  actor: string;
  source: string;
  commandId: string;
  type: string;
  target: string | null;
  /** The run that it concerns; null: the show, or nothing that is there. */
  runId: RunId | null;
  command: unknown;
  answer: CommandAnswer;
  events: ShowEvent[];
}

/** An entry as the thread gets it: its parts as the text that is stored. */
export interface EntryText extends Omit<StoredEntry, 'command' | 'answer' | 'events'> {
  command: string;
  answer: string;
  events: string;
}

export interface JournalWorkerData {
  path: string;
  /** The least that this life's epoch may be. */
  epoch: number;
}
export interface JournalReaderData {
  path: string;
}

export interface Loaded {
  /** Core incarnation: higher than any that this journal knows of. */
  epoch: number;
  snapshot: ShowState | null;
  /** Entries after the snapshot, in order. */
  entries: StoredEntry[];
  /** The last head of each run that the ledger told. */
  toldHeads: RunHead[];
  /** Sequence numbers of snapshots that can't be read any more; what they would have saved was replayed instead. */
  damagedSnapshots: number[];
}

/** Entries in order; it may end before its limit, so that nobody has to hold or read too much at once. */
export interface JournalPage {
  entries: JournalEntry[];
  /** Where the next page begins, null at the end. */
  next: number | null;
}

export type JournalRequest =
  | { t: 'append'; ref: number; entry: EntryText }
  | { t: 'snapshot'; ref: number; state: ShowState }
  | { t: 'heads'; ref: number; heads: RunHead[] }
  | { t: 'answer'; ref: number; actor: string; commandId: string }
  | { t: 'command-at'; ref: number; seq: number }
  | PageRequest
  | { t: 'close'; ref: number };

export interface PageRequest {
  t: 'page';
  ref: number;
  after: number;
  limit: number;
}

export type JournalReply =
  | { t: 'loaded'; loaded: Loaded }
  | { t: 'refused'; code: string; message: string }
  | { t: 'done'; ref: number }
  | { t: 'failed'; ref: number; message: string }
  | { t: 'answer'; ref: number; answer: CommandAnswer | null }
  | { t: 'command-at'; ref: number; commandId: string | null }
  | PageReply;

export type PageReply =
  | { t: 'page'; ref: number; page: JournalPage }
  /** It can't be read just now. */
  | { t: 'failed'; ref: number; message: string };
