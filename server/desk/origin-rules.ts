/** Who may talk to the desk port at all: small pure rules, asked before any token is looked at. */

/** The Electron window's own origin. */
export const DESK_ORIGIN = 'tallyroom://desk';
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

export interface DeskAddress {
  /** What the port is bound to. */
  host: string;
  port: number;
}

/**
 * Threat: DNS rebinding. A page on the internet whose name is made to point at this machine reaches the port with its own
 * name in Host. On loopback only loopback names pass; a port opened on purpose takes any literal address too.
 */
export function isAllowedHost(hostHeader: string | undefined, address: DeskAddress): boolean {
  if (hostHeader === undefined) return false;
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(?::(\d+))?$/i.exec(hostHeader.trim().toLowerCase());
  const name = match?.[1];
  if (name === undefined) return false;
  if (Number(match?.[2] ?? 80) !== address.port) return false;
  if (LOOPBACK_NAMES.has(name) || name === address.host.toLowerCase()) return true;
  return !isLoopback(address.host) && (/^\d+\.\d+\.\d+\.\d+$/.test(name) || name.startsWith('['));
}

/** Whether the port is bound to this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\./.test(host);
}

/**
 * Threat: a page of another site in the same browser sends requests here. Its Origin tells. `null` (sandboxed frames,
 * files) is foreign; a request without Origin is no page's and is judged by Host and token alone.
 */
export function isAllowedOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true;
  if (origin === DESK_ORIGIN) return true;
  return hostHeader !== undefined && origin.toLowerCase() === `http://${hostHeader.trim().toLowerCase()}`;
}
