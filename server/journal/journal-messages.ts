/** Between the core and its journal's threads. */
import type { ShowEvent } from '../../shared/domain/events.ts';
import type { ShowState } from '../../shared/domain/show-state.ts';
import type { CommandAnswer } from '../../shared/protocol/commands.ts';
import type { RunId } from '../../shared/protocol/ids.ts';
import type { JournalEntry } from '../../shared/protocol/records.ts';
import type { RunHead } from '../ballotbox/ledger.ts';

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

/** What makes an entry the one that it is, whatever its number. */
export type EntryName = Pick<StoredEntry, 'actor' | 'commandId' | 'atMs'>;

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

/** Where a page begins and how many entries it may have. */
export interface PagePlace {
  after: number;
  limit: number;
}

/** What the one writer is asked. */
export interface JournalCalls extends JournalReaderCalls {
  append(entry: EntryText): void;
  saveSnapshot(state: ShowState): void;
  tellHeads(heads: readonly RunHead[]): void;
  answerTo(actor: string, commandId: string): CommandAnswer | null;
  commandAt(seq: number): string | null;
  entryAt(seq: number): EntryName | null;
}

/** What the thread is asked that reads for those who look back. */
export interface JournalReaderCalls {
  page(place: PagePlace): JournalPage;
}
