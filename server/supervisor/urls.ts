import { networkInterfaces } from 'node:os';

/** `http://host:port` that works from this machine; an unspecified address (0.0.0.0, ::) is reached by loopback. */
export function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** What other devices on the network can use where the audience port is open on every address; null where there is no network. */
export function networkUrl(host: string, port: number): string | null {
  if (host !== '0.0.0.0' && host !== '::') return null;
  const address = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((found) => found.family === 'IPv4' && !found.internal)?.address;
  return address === undefined ? null : `http://${address}:${port}`;
}
