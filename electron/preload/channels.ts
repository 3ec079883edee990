/** The names on the wire between the desk page's preload and Electron main; nothing else is listened to. */
export const channels = {
  connection: 'tallyroom:connection',
  logIntent: 'tallyroom:log-intent',
  logOutcome: 'tallyroom:log-outcome',
  logList: 'tallyroom:log-list',
  logBefore: 'tallyroom:log-before',
  logChanged: 'tallyroom:log-changed',
  watchServer: 'tallyroom:watch-server',
  serverStatus: 'tallyroom:server-status',
  quitAsked: 'tallyroom:quit-asked',
  quitHeard: 'tallyroom:quit-heard',
  quitAnswer: 'tallyroom:quit-answer',
  busyRuns: 'tallyroom:busy-runs',
  awake: 'tallyroom:awake',
  watchHost: 'tallyroom:watch-host',
  hostState: 'tallyroom:host-state',
  screen: 'tallyroom:screen',
  openWindow: 'tallyroom:open-window',
  showWindow: 'tallyroom:show-window',
  oneTimeLink: 'tallyroom:one-time-link',
  openInBrowser: 'tallyroom:open-in-browser',
  connectTo: 'tallyroom:connect-to',
  backToOwnServer: 'tallyroom:back-to-own-server',
} as const;

/**
 * Answers go over as values: an exception thrown in a handler reaches the page as "Error invoking remote method …",
 * and the sentence for the person would be lost in it.
 */
export type Reply<T> = { ok: true; value: T } | { ok: false; message: string };
