/** The content security policy of the desk page. */

/** Where the page's files come from while somebody works on them. */
export interface DevServer {
  /** `http://127.0.0.1:port` */
  url: string;
}

/**
 * Threat: a script or text that gets into the page and talks to the outside, or loads code from there. The page runs its
 * own files only and talks to one address only: its server, by HTTP and WebSocket.
 *
 * @param deskUrl `http://host:port` of the server, or null while there is none: then the page may connect to nothing
 * @param dev its hot reload needs inline scripts and styles and a socket of its own; null in every installed app
 */
export function deskCsp(deskUrl: string | null, dev: DevServer | null): string {
  const reached = [deskUrl, dev?.url ?? null].filter((url) => url !== null).map(connectSources);
  const connect = reached.length === 0 ? "'none'" : reached.join(' ');
  const inline = dev === null ? '' : " 'unsafe-inline'";
  return [
    "default-src 'none'",
    `script-src 'self'${inline}`,
    `style-src 'self'${inline}`,
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
