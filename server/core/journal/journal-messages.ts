/** Between the core and its journal thread. */
import type { ShowEvent } from '../../../shared/domain/events.ts';
import type { ShowState } from '../../../shared/domain/show-state.ts';
import type { CommandAnswer, JournalEntry } from '../../../shared/protocol/desk.ts';

/** The shape of `events` and snapshots; a later version upcasts what an earlier one wrote. */
export const EVENT_VERSION = 1;

/** One journal entry: a command (or a step of the core's own), its answer and the events it made. */
export interface StoredEntry {
  seq: number;
  atMs: number;
  actor: string;
  source: string;
  commandId: string;
  type: string;
  target: string | null;
  command: unknown;
  answer: CommandAnswer;
  events: ShowEvent[];
}

export interface JournalWorkerData {
  path: string;
}

export interface Loaded {
  /** Core incarnation, +1 each start. */
  epoch: number;
  snapshot: ShowState | null;
  /** Entries after the snapshot, in order. */
  entries: StoredEntry[];
}

export type JournalRequest =
  | { t: 'append'; ref: number; entry: StoredEntry }
  | { t: 'snapshot'; ref: number; state: ShowState }
  | { t: 'answer'; ref: number; actor: string; commandId: string }
  | { t: 'page'; ref: number; after: number; limit: number }
  | { t: 'close'; ref: number };

export type JournalReply =
  | { t: 'loaded'; loaded: Loaded }
  | { t: 'refused'; code: string; message: string }
  | { t: 'done'; ref: number }
  | { t: 'failed'; ref: number; message: string }
  | { t: 'answer'; ref: number; answer: CommandAnswer | null }
  | { t: 'page'; ref: number; entries: JournalEntry[] };
