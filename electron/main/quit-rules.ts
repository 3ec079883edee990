/** Whether quitting needs a person's word, and who is asked. */

/** What a window last said about its runs; null until it has said anything. */
export interface WindowReport {
  busyRuns: number | null;
}

export interface QuitFacts {
  /** A signal, or an answer that was already given: nobody is asked. */
  forced: boolean;
  serverRunning: boolean;
  windows: WindowReport[];
  /** Busy runs on this machine's server while the windows show another one. */
  unseenBusyRuns: number;
}

export type QuitDecision =
  | { kind: 'quit' }
  /** The desk page asks, with type-to-confirm. */
  | { kind: 'ask-page' }
  /** No page can say what is on air, but a server runs; or what is on air is none that a page shows. */
  | { kind: 'ask-natively'; why: 'nobody-said' | 'unseen' };

/**
 * Quitting ends the server and with it every viewer's page, so it is free only while nothing is armed, open, paused or
 * closing. All windows look at the same show; the one that sees most counts, also while the line to the server is broken.
 */
export function quitDecision({ forced, serverRunning, windows, unseenBusyRuns }: QuitFacts): QuitDecision {
  if (forced) return { kind: 'quit' };
  if (unseenBusyRuns > 0) return { kind: 'ask-natively', why: 'unseen' };
  const reports = windows.map(({ busyRuns }) => busyRuns).filter((count) => count !== null);
  if (reports.length === 0) return serverRunning ? { kind: 'ask-natively', why: 'nobody-said' } : { kind: 'quit' };
  return Math.max(...reports) > 0 ? { kind: 'ask-page' } : { kind: 'quit' };
}
