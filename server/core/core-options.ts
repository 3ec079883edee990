/** What a core is given and what it gives to its process. */
import type { Logger } from 'pino';
import type { HeldOrder } from '../../shared/protocol/held-order.ts';
import type { ClockAnchor, CodeChange, CoreInit, PartAlarm, SessionBook } from '../../shared/protocol/process.ts';
import type { Notice } from '../../shared/protocol/vitals.ts';
import type { Sessions } from '../desk/sessions.ts';

export interface CoreOptions {
  init: CoreInit;
  log: Logger;
  onAlarm: (code: string, message: string) => void;
  onCodeUsed: (code: string) => void;
  /** Somebody wants the edges restarted, one by one. */
  onRestartEdges: (reason: string) => void;
  /** The rehearsal is to get a new code: the supervisor puts it on disk. */
  onRecode: (change: CodeChange) => void;
  /** Whether that one is to be in force. */
  onRecodeDecided: (id: string, accepted: boolean) => void;
  /** What outlives this core, for the next one. */
  onOrders: (orders: HeldOrder[]) => void;
  onSessions: (book: SessionBook) => void;
  onAnchor: (anchor: ClockAnchor) => void;
  onEpoch: (epoch: number) => void;
  /** These alarms of the supervisor's are in the journal. */
  onAlarmsTaken: (ids: string[]) => void;
  /** Another core writes the journal: this one has to end at once. */
  onFenced: (message: string) => void;
}

/** What the supervisor has decided about the edges, and what it is doing with them. */
export interface EdgePlan {
  expected: number;
  /** As a sentence without its full stop; null until it is decided. */
  why: string | null;
  restarting: boolean;
}

export interface Core {
  /** What the desk port listens on. */
  port: number;
  sessions: Sessions;
  /** The edges have found their port. */
  audienceIsAt(url: string): void;
  /** Viewers that the show expects, or null. */
  audienceExpected(): number | null;
  edgesAre(plan: EdgePlan): void;
  /** An alarm of the supervisor's, for every desk. */
  takeAlarm(alarm: PartAlarm): void;
  notice(notice: Omit<Notice, 'atMs'>): void;
  /** A new rehearsal code is on disk, or why it can't be. */
  recodePrepared(id: string, refusal: string | null): void;
  /** The rehearsal has this code. */
  recoded(id: string, rehearsalCode: string): void;
  close(): Promise<void>;
}
