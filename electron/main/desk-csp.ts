/** The content security policy of the desk page. */

/**
 * Threat: a script or text that gets into the page and talks to the outside, or loads code from there. The page runs its
 * own files only and talks to one address only: its server, by HTTP and WebSocket.
 *
 * @param deskUrl `http://host:port` of the server, or null while there is none: then the page may connect to nothing
 */
export function deskCsp(deskUrl: string | null): string {
  const connect = deskUrl === null ? "'none'" : connectSources(deskUrl);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function connectSources(deskUrl: string): string {
  const { protocol, host } = new URL(deskUrl);
  return protocol === 'https:' ? `https://${host} wss://${host}` : `http://${host} ws://${host}`;
}
