/** What the preload gives the desk page in the Electron window as `window.tallyroom`. Named functions only; absent in a browser. */
import { z } from 'zod';
import type { Role, SessionResponse } from './commands.ts';
import type { LogEntry, LogIntent, LogOutcome } from './logbook.ts';

/** The screens of a desk window, F1 to F6. */
export const DeskScreen = z.enum(['producer', 'director', 'operator', 'log', 'settings']);
export type DeskScreen = z.infer<typeof DeskScreen>;

/** How this page gets its session on the server that the app talks to. */
export type DeskConnection =
  /** This machine's server: the code buys one session token; a new one is made at every call. */
  | { kind: 'code'; deskUrl: string; code: string }
  /** Another machine's: its link worked once, so all windows share the session that it bought. */
  | { kind: 'session'; deskUrl: string; session: SessionResponse };

export type ServerStatus =
  | { kind: 'starting' }
  | { kind: 'running'; deskUrl: string; adopted: boolean }
  | { kind: 'failed'; message: string };

/** One window of this app. */
export interface DeskWindow {
  id: number;
  screen: DeskScreen;
  /** `Display 2, 1920 × 1080` */
  display: string;
  fullScreen: boolean;
  /** The window that is being told. */
  mine: boolean;
}

/** What the app around the page is doing. */
export interface HostState {
  versions: { app: string; electron: string; chromium: string; node: string };
  dataDir: string;
  windows: DeskWindow[];
  server: {
    /** Address of the other machine's server that is in use; null: this machine's. */
    remote: string | null;
    /** This machine's own server, which runs on while another one is used. */
    local: ServerStatus;
    /** Why its core does not come back, in the server's words, for as long as it is away; null while nothing is known of that. */
    coreTrouble: string | null;
    /** Its desk's address for other machines; null: its desk port is for this machine only. */
    network: string | null;
    /** The other server that was used last, or null. */
    lastRemote: string | null;
    /** Whether a relaunched app comes back to the other server by itself: only where the system keeps secrets. */
    keepsSession: boolean;
  };
  /** The display is being kept from going to sleep. */
  awake: boolean;
}

export const SwitchRefusal = z.enum([
  'not-a-link',
  'no-code',
  'own-server',
  'busy',
  'unsure',
  'unreachable',
  'bad-code',
  'not-allowed',
  'not-tallyroom',
  'other-version',
]);
export type SwitchRefusal = z.infer<typeof SwitchRefusal>;
/** The message is a sentence for the person who pasted the link. */
export type SwitchOutcome = { kind: 'switched' } | { kind: 'refused'; code: SwitchRefusal; message: string };

export interface DeskBridge {
  /** Resolves once the server is ready; rejects with a sentence when it can't be started. */
  connection(): Promise<DeskConnection>;
  /** Resolves when the intent is on disk. */
  logIntent(intent: LogIntent): Promise<void>;
  logOutcome(outcome: LogOutcome): Promise<void>;
  /** Entries after a sequence number, oldest first. */
  logList(afterSeq: number, limit: number): Promise<LogEntry[]>;
  /** The last entries before a sequence number (null: the newest), oldest first. */
  logBefore(beforeSeq: number | null, limit: number): Promise<LogEntry[]>;
  /** Calls back when an entry was added or settled; returns the unsubscriber. */
  onLogChanged(listener: () => void): () => void;
  /** Of the server in use, this machine's or another. */
  onServerStatus(listener: (status: ServerStatus) => void): () => void;
  /** Main wants to quit; the page answers with `quitAnswer`, after type-to-confirm while something is armed, open or closing. */
  onQuitAsked(listener: () => void): () => void;
  quitAnswer(quit: boolean): void;
  /** The number of runs that are armed, open, paused or closing; main asks the page before quitting when it isn't 0. */
  setBusyRuns(count: number): void;
  /** Whether the show needs a display that stays on. */
  setAwake(awake: boolean): void;
  /** Calls back at once and after every change; returns the unsubscriber. */
  onHostState(listener: (state: HostState) => void): () => void;
  /** The screen that this window shows now: it is what the window opens with the next time. */
  setScreen(screen: DeskScreen): void;
  openWindow(screen: DeskScreen): void;
  /** Brings a window of this app to the front. */
  showWindow(id: number): void;
  /** A link that opens this machine's desk in one browser, once, with this role; rejects with a sentence when there is none to be had. */
  oneTimeLink(role: Role): Promise<string>;
  /** Opens this machine's desk in the system's browser, with this role. */
  openInBrowser(role: Role): Promise<void>;
  /** Leaves the server in use for the one that printed this link; all windows are loaded anew. */
  connectTo(link: string): Promise<SwitchOutcome>;
  /** All windows go back to this machine's server. */
  backToOwnServer(): Promise<void>;
}
