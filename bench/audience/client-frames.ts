/** WebSocket frames as a client sends them: masked. */

/**
 * One mask for all frames. A mask keeps scripts in browsers from writing bytes of their choice through proxies; between
 * these two ends there is none, and a fixed one lets frames be made ahead. It is not zero, which servers may skip.
 */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const TEXT = 0x81;
const CLOSE = 0x88;
const PONG = 0x8a;
const NORMAL = 1000;

function maskedFrame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 0xffff) throw new Error(`${payload.length} bytes are more than a viewer ever says`);
  const isShort = payload.length < 126;
  const head = Buffer.from(
    isShort ? [opcode, 0x80 | payload.length] : [opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff],
  );
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++) masked[i] = (masked[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return Buffer.concat([head, MASK, masked]);
}

export function clientText(text: string): Buffer {
  return maskedFrame(TEXT, Buffer.from(text));
}

/** The first word of a close in good order. */
export const CLOSE_FRAME = maskedFrame(CLOSE, Buffer.from([NORMAL >> 8, NORMAL & 0xff]));

/** The answer to a ping without a payload, as servers here send it. */
export const EMPTY_PONG = maskedFrame(PONG, Buffer.alloc(0));

export function clientPong(payload: Buffer): Buffer {
  return payload.length === 0 ? EMPTY_PONG : maskedFrame(PONG, payload);
}

/** The key of every handshake here, and the answer that proves that the server has read it (RFC 6455, 4.2.2). */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = Buffer.from('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');

/** The request for a WebSocket, ready to be written by any number of viewers. */
export function upgradeRequest(host: string, path: string): Buffer {
  return Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
}

const SWITCHING = Buffer.from('HTTP/1.1 101');

/** Whether these bytes are a server's yes to `upgradeRequest`. */
export function isUpgraded(bytes: Buffer, start: number, end: number): boolean {
  if (bytes.compare(SWITCHING, 0, SWITCHING.length, start, Math.min(end, start + SWITCHING.length)) !== 0) return false;
  const at = bytes.indexOf(ACCEPT, start);
  return at >= 0 && at < end;
}
