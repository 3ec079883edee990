/** WebSocket frames as a server sends them: not masked, each message in one frame. */

export interface FrameSink {
  /** A text message; the bytes are only good until this returns. */
  text(bytes: Buffer, start: number, end: number): void;
  ping(payload: Buffer): void;
  /** `code` 1005 where the server gave none. */
  close(code: number): void;
  /** Something that no server here should send; reading ends. */
  broken(why: string): void;
}

const NO_CODE = 1005;

/**
 * Reads every whole frame between `start` and `end` and answers where the first unfinished one begins.
 */
export function readFrames(bytes: Buffer, start: number, end: number, sink: FrameSink): number {
  let at = start;
  while (end - at >= 2) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    let length = second & 0x7f;
    let head = 2;
    if (length === 126) {
      head = 4;
      if (end - at < head) return at;
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      head = 10;
      if (end - at < head) return at;
      length = Number(bytes.readBigUInt64BE(at + 2));
    }
    if (second & 0x80 || (first & 0xf0) !== 0x80) {
      sink.broken(`a frame began with ${first.toString(16)} ${second.toString(16)}`);
      return end;
    }
    const from = at + head;
    const to = from + length;
    if (to > end) return at;
    at = to;
    const opcode = first & 0x0f;
    if (opcode === 1) sink.text(bytes, from, to);
    else if (opcode === 9) sink.ping(Buffer.from(bytes.subarray(from, to)));
    else if (opcode === 8) sink.close(length >= 2 ? bytes.readUInt16BE(from) : NO_CODE);
    else if (opcode !== 10) sink.broken(`a frame of kind ${opcode}`);
  }
  return at;
}
