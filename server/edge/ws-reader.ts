import { isUtf8 } from 'node:buffer';
import { HeldBytes } from './held-bytes.ts';

/** Why a connection fails (RFC 6455, 7.4.1). */
export const WS_FAULT = { protocol: 1002, notUtf8: 1007, policy: 1008, tooLarge: 1009 } as const;
export type WsFault = (typeof WS_FAULT)[keyof typeof WS_FAULT];

const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const MASK_BYTES = 4;
const MOST_CONTROL_BYTES = 125;
/** Of one message. Clients send theirs in a single frame; its length says nothing about how many may come, since they may be empty. */
const MOST_PARTS = 128;
/** Of a frame, until more is known of it. */
const LEAST_HEAD_BYTES = 2;

interface Message {
  isText: boolean;
  parts: number;
  held: HeldBytes;
}

/**
 * The reading half of a server's WebSocket (RFC 6455, 5) without extensions: takes bytes as they come, and tells of whole
 * messages and control frames. A class to build on, so that a connection costs one object and no closures.
 */
export abstract class WsReader {
  /** Bytes of a frame that is not whole, and how many of them are needed before another look is worth while. */
  #held: HeldBytes | null = null;
  #needed = LEAST_HEAD_BYTES;
  /** A message of several frames whose last has not come. */
  #message: Message | null = null;
  #ended = false;

  /** Of a message, all its frames together. */
  protected abstract readonly mostBytes: number;
  /** A frame that is no message by itself has come: a control frame, or a part of a message. */
  protected abstract tookPart(): void;
  /** The bytes are good for as long as somebody holds them. */
  protected abstract tookMessage(bytes: Buffer, isText: boolean): void;
  protected abstract tookPing(payload: Buffer): void;
  protected abstract tookPong(): void;
  /** The other side says goodbye; nothing more is read. `code`: null where it gave none. */
  protected abstract tookClose(code: number | null): void;
  /** The other side has broken the protocol; nothing more is read. */
  protected abstract tookFault(fault: WsFault): void;

  /** Whether nothing is read any more. */
  protected get isOver(): boolean {
    return this.#ended;
  }

  read(chunk: Buffer): void {
    if (this.#ended) return;
    let bytes = chunk;
    if (this.#held !== null) {
      this.#held.add(chunk);
      if (this.#held.length < this.#needed) return;
      bytes = this.#held.whole();
      this.#held = null;
    }
    let at = 0;
    for (;;) {
      const took = this.#readFrame(bytes, at);
      if (this.#ended) return;
      if (took === 0) break;
      at += took;
    }
    if (at < bytes.length) this.#held = new HeldBytes(bytes.subarray(at));
  }

  /** Reads no more, whatever comes. */
  protected endReading(): void {
    this.#ended = true;
    this.#held = null;
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
    if (opcode <= OPCODE.binary && (this.#message?.held.length ?? 0) + length > this.mostBytes) {
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
    const isData = opcode <= OPCODE.binary;
    if (isData && isLast && this.#message === null) {
      this.#tell(payload, opcode === OPCODE.text);
      return;
    }
    this.tookPart();
    if (this.#ended) return;
    if (isData) this.#tookPart(opcode, isLast, payload);
    else if (opcode === OPCODE.ping) this.tookPing(payload);
    else if (opcode === OPCODE.pong) this.tookPong();
    else this.#tookClose(payload);
  }

  #tookPart(opcode: number, isLast: boolean, payload: Buffer): void {
    const message = this.#message;
    if (message === null) {
      this.#message = { isText: opcode === OPCODE.text, parts: 1, held: new HeldBytes(payload) };
      return;
    }
    message.parts += 1;
    message.held.add(payload);
    if (isLast) {
      this.#message = null;
      this.#tell(message.held.whole(), message.isText);
    } else if (message.parts >= MOST_PARTS) this.#fail(WS_FAULT.policy);
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

function unmask(bytes: Buffer, from: number, length: number): void {
  const mask = from - MASK_BYTES;
  for (let i = 0; i < length; i++) bytes[from + i] = (bytes[from + i] ?? 0) ^ (bytes[mask + (i & 3)] ?? 0);
}

/** Codes that may stand in a frame (RFC 6455, 7.4.2, and the registry it began). */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
