/** Whether a press can reach the core right now. */

/** Silence has to be on screen within 2 s; the desk looks at its clock every 100 ms and then has to draw. */
export const SILENT_AFTER_MS = 1_750;
/** Figures that are older are drawn as stale. */
export const STALE_AFTER_MS = 2_000;

export type Link =
  /** The first contact has not been made yet. */
  | { kind: 'connecting'; sinceMs: number; attempt: number }
  | { kind: 'up'; sinceMs: number }
  /** The socket stands, but nothing has come through for 2 s; `sinceMs`: the last thing that did. */
  | { kind: 'silent'; sinceMs: number }
  | { kind: 'down'; sinceMs: number; attempt: number };

export interface Contact {
  /** Socket and snapshot of this connection are both there. */
  joined: boolean;
  everJoined: boolean;
  attempt: number;
  /** Local time of the last thing heard from the core, or null. */
  heardAtMs: number | null;
  /** Since when the socket has been in its present state, local time. */
  socketSinceMs: number;
}

export const NO_CONTACT: Contact = { joined: false, everJoined: false, attempt: 0, heardAtMs: null, socketSinceMs: 0 };

/** Judges the link at a moment of local time. */
export function judgeLink(contact: Contact, nowMs: number): Link {
  const { joined, everJoined, attempt, heardAtMs, socketSinceMs } = contact;
  if (!joined) return { kind: everJoined ? 'down' : 'connecting', sinceMs: socketSinceMs, attempt };
  const lastMs = heardAtMs ?? socketSinceMs;
  return nowMs - lastMs > SILENT_AFTER_MS
    ? { kind: 'silent', sinceMs: lastMs }
    : { kind: 'up', sinceMs: socketSinceMs };
}

/** The same object where nothing changed, so that nobody draws anew. */
export function sameOrNewer(old: Link, next: Link): Link {
  const attempt = (link: Link) => ('attempt' in link ? link.attempt : 0);
  return old.kind === next.kind && old.sinceMs === next.sinceMs && attempt(old) === attempt(next) ? old : next;
}
