import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isHost } from './http-rules.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** 8 is what 13 was called before it was done. */
const VERSIONS = new Set(['13', '8']);
const PROTOCOL = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The answer that turns a request into a WebSocket (RFC 6455, 4.2), or null where the request asks for something else. */
export function switchingProtocols(headers: IncomingHttpHeaders): string | null {
  const key = headers['sec-websocket-key'];
  const version = headers['sec-websocket-version'];
  if (headers.upgrade?.toLowerCase() !== 'websocket' || key === undefined || !KEY.test(key)) return null;
  if (version === undefined || !VERSIONS.has(version)) return null;
  const offered = headers['sec-websocket-protocol'];
  // None is needed, but a browser that offers some gives up unless one of them is taken.
  const protocol = offered?.split(',')[0]?.trim();
  if (protocol !== undefined && !PROTOCOL.test(protocol)) return null;
  const accept = hash('sha1', key + GUID, 'base64');
  const taken = protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${taken}\r\n`;
}

/** What `upgradeRequest` reads; everything else of a request means nothing to a WebSocket. */
const READ = new Set([
  'connection',
  'host',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'upgrade',
  'x-forwarded-for',
]);
/** A request with one of these is more than a request line and headers. */
const BODY = new Set(['content-length', 'expect', 'trailer', 'transfer-encoding']);
/** What all of these begin with. */
const INITIALS = new Set([...READ, ...BODY].map((name) => name.charCodeAt(0)));
const LOWER_CASE = 0x20;
/** Lines as almost everybody writes them: a name, nothing folded, no control characters. */
const PLAIN_LINES = /^(?:[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;
const ASKS_FOR_UPGRADE = /(?:^|,)\s*upgrade\s*(?:,|$)/i;

export interface UpgradeRequest {
  headers: IncomingHttpHeaders;
  /** Bytes of it; what follows belongs to the WebSocket. */
  bytes: number;
}

/**
 * The request for a WebSocket that these bytes begin with, where it is one in its plain form and whole. Null says nothing:
 * the HTTP library then reads them, as every other request.
 */
export function upgradeRequest(chunk: Buffer, path: string, mostBytes: number): UpgradeRequest | null {
  if (chunk.length > mostBytes) return null;
  const text = chunk.toString('latin1');
  const line = `GET ${path} HTTP/1.1\r\n`;
  const end = text.indexOf('\r\n\r\n');
  if (end < line.length || !text.startsWith(line)) return null;
  const lines = text.slice(line.length, end + 2);
  if (!PLAIN_LINES.test(lines)) return null;
  const headers: Record<string, string> = {};
  for (let at = 0; at < lines.length; ) {
    const lineEnd = lines.indexOf('\r\n', at);
    if (INITIALS.has(lines.charCodeAt(at) | LOWER_CASE)) {
      const colon = lines.indexOf(':', at);
      const name = lines.slice(at, colon).toLowerCase();
      if (BODY.has(name) || name in headers) return null;
      if (READ.has(name)) headers[name] = lines.slice(colon + 1, lineEnd).trim();
    }
    at = lineEnd + 2;
  }
  if (headers.host === undefined || !isHost(headers.host)) return null;
  if (!ASKS_FOR_UPGRADE.test(headers.connection ?? '') || headers.upgrade?.toLowerCase() !== 'websocket') return null;
  return { headers, bytes: end + 4 };
}
