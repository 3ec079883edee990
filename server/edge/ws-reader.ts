import { isUtf8 } from 'node:buffer';

/** Why a connection fails (RFC 6455, 7.4.1). */
export const WS_FAULT = { protocol: 1002, notUtf8: 1007, tooLarge: 1009 } as const;
export type WsFault = (typeof WS_FAULT)[keyof typeof WS_FAULT];

const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const MASK_BYTES = 4;
const MOST_CONTROL_BYTES = 125;
/** Of a frame that is not whole. */
const MOST_PIECES = 64;
/** Of a frame, until more is known of it. */
const LEAST_HEAD_BYTES = 2;

interface Message {
  isText: boolean;
  parts: Buffer[];
  bytes: number;
}

/**
 * The reading half of a server's WebSocket (RFC 6455, 5) without extensions: takes bytes as they come, and tells of whole
 * messages and control frames. A class to build on, so that a connection costs one object and no closures.
 */
export abstract class WsReader {
  /** Bytes of a frame that is not whole, and how many of them are needed before another look is worth while. */
  #pieces: Buffer[] = NONE;
  #held = 0;
  #needed = LEAST_HEAD_BYTES;
  /** A message of several frames whose last has not come. */
  #message: Message | null = null;
  #ended = false;

  /** Of a message, all its frames together. */
  protected abstract readonly mostBytes: number;
  /** The bytes are good for as long as somebody holds them. */
  protected abstract tookMessage(bytes: Buffer, isText: boolean): void;
  protected abstract tookPing(payload: Buffer): void;
  protected abstract tookPong(): void;
  /** The other side says goodbye; nothing more is read. `code`: null where it gave none. */
  protected abstract tookClose(code: number | null): void;
  /** The other side has broken the protocol; nothing more is read. */
  protected abstract tookFault(fault: WsFault): void;

  read(chunk: Buffer): void {
    if (this.#ended) return;
    let bytes = chunk;
    if (this.#held > 0) {
      this.#pieces.push(chunk);
      this.#held += chunk.length;
      if (this.#held < this.#needed) {
        // A frame that comes byte by byte is not put together at every byte, nor does each of them keep a buffer for itself.
        if (this.#pieces.length >= MOST_PIECES) this.#pieces = [Buffer.concat(this.#pieces, this.#held)];
        return;
      }
      bytes = Buffer.concat(this.#pieces, this.#held);
      this.#pieces = NONE;
      this.#held = 0;
    }
    let at = 0;
    for (;;) {
      const took = this.#readFrame(bytes, at);
      if (this.#ended) return;
      if (took === 0) break;
      at += took;
    }
    if (at < bytes.length) {
      this.#pieces = [at === 0 ? bytes : bytes.subarray(at)];
      this.#held = bytes.length - at;
    }
  }

  /** Reads no more, whatever comes. */
  protected endReading(): void {
    this.#ended = true;
    this.#pieces = NONE;
    this.#held = 0;
    this.#message = null;
  }

  /** Answers how many bytes the frame at `at` took; 0 while it is not whole, and `#needed` then says what is missing. */
  #readFrame(bytes: Buffer, at: number): number {
    const there = bytes.length - at;
    if (there < LEAST_HEAD_BYTES) return this.#waitFor(LEAST_HEAD_BYTES);
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const opcode = first & 0x0f;
    const isLast = (first & 0x80) !== 0;
    let length = second & 0x7f;
    // Extensions were not agreed on, and a client's frames are masked.
    if ((first & 0x70) !== 0 || (second & 0x80) === 0) return this.#fail(WS_FAULT.protocol);
    if (!this.#mayCome(opcode, isLast, length)) return this.#fail(WS_FAULT.protocol);
    let head = LEAST_HEAD_BYTES;
    if (length === 126) {
      head += 2;
      if (there < head) return this.#waitFor(head);
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      head += 8;
      if (there < head) return this.#waitFor(head);
      if (bytes.readUInt32BE(at + 2) !== 0) return this.#fail(WS_FAULT.tooLarge);
      length = bytes.readUInt32BE(at + 6);
    }
    if (opcode <= OPCODE.binary && (this.#message?.bytes ?? 0) + length > this.mostBytes) {
      return this.#fail(WS_FAULT.tooLarge);
    }
    head += MASK_BYTES;
    if (there < head + length) return this.#waitFor(head + length);
    const from = at + head;
    unmask(bytes, from, length);
    this.#took(opcode, isLast, bytes.subarray(from, from + length));
    return head + length;
  }

  #mayCome(opcode: number, isLast: boolean, length: number): boolean {
    switch (opcode) {
      case OPCODE.more:
        return this.#message !== null;
      case OPCODE.text:
      case OPCODE.binary:
        return this.#message === null;
      case OPCODE.close:
      case OPCODE.ping:
      case OPCODE.pong:
        return isLast && length <= MOST_CONTROL_BYTES;
      default:
        return false;
    }
  }

  #took(opcode: number, isLast: boolean, payload: Buffer): void {
    switch (opcode) {
      case OPCODE.close:
        this.#tookClose(payload);
        return;
      case OPCODE.ping:
        this.tookPing(payload);
        return;
      case OPCODE.pong:
        this.tookPong();
        return;
    }
    const begun = this.#message;
    if (begun === null && isLast) {
      this.#tell(payload, opcode === OPCODE.text);
      return;
    }
    const message = begun ?? { isText: opcode === OPCODE.text, parts: [], bytes: 0 };
    message.parts.push(payload);
    message.bytes += payload.length;
    this.#message = isLast ? null : message;
    if (isLast) this.#tell(Buffer.concat(message.parts, message.bytes), message.isText);
  }

  #tell(bytes: Buffer, isText: boolean): void {
    if (isText && !isUtf8(bytes)) this.#fail(WS_FAULT.notUtf8);
    else this.tookMessage(bytes, isText);
  }

  #tookClose(payload: Buffer): void {
    const code = payload.length < 2 ? null : payload.readUInt16BE(0);
    if (payload.length === 1 || (code !== null && !isCloseCode(code))) this.#fail(WS_FAULT.protocol);
    else if (!isUtf8(payload.subarray(2))) this.#fail(WS_FAULT.notUtf8);
    else {
      this.endReading();
      this.tookClose(code);
    }
  }

  #waitFor(bytes: number): 0 {
    this.#needed = bytes;
    return 0;
  }

  #fail(fault: WsFault): 0 {
    this.endReading();
    this.tookFault(fault);
    return 0;
  }
}

/** Shared by all who hold nothing; never written to, because whoever begins to hold something takes an array of their own. */
const NONE: Buffer[] = [];

function unmask(bytes: Buffer, from: number, length: number): void {
  const mask = from - MASK_BYTES;
  for (let i = 0; i < length; i++) bytes[from + i] = (bytes[from + i] ?? 0) ^ (bytes[mask + (i & 3)] ?? 0);
}

/** Codes that may stand in a frame (RFC 6455, 7.4.2, and the registry it began). */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
