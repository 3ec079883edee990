/** What the preload gives the desk page in the Electron window as `window.tallyroom`. Named functions only; absent in a browser. */
import type { LogEntry, LogIntent, LogOutcome } from './logbook.ts';

export interface DeskConnection {
  deskUrl: string;
  audienceUrl: string;
  /** Buys one session token; a new one is made at every call. */
  code: string;
}

export type ServerStatus =
  | { kind: 'starting' }
  | { kind: 'running'; deskUrl: string; adopted: boolean }
  | { kind: 'failed'; message: string };

export interface DeskBridge {
  /** Resolves once the server is ready; rejects with a sentence when it can't be started. */
  connection(): Promise<DeskConnection>;
  /** Resolves when the intent is on disk. */
  logIntent(intent: LogIntent): Promise<void>;
  logOutcome(outcome: LogOutcome): Promise<void>;
  logList(afterSeq: number, limit: number): Promise<LogEntry[]>;
  /** Calls back when an entry was added or settled; returns the unsubscriber. */
  onLogChanged(listener: () => void): () => void;
  onServerStatus(listener: (status: ServerStatus) => void): () => void;
  /** Main wants to quit; the page answers with `quitAnswer`, after type-to-confirm while something is armed, open or closing. */
  onQuitAsked(listener: () => void): () => void;
  quitAnswer(quit: boolean): void;
  /** The number of runs that are armed, open, paused or closing; main asks the page before quitting when it isn't 0. */
  setBusyRuns(count: number): void;
}
