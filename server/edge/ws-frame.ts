/** An unmasked WebSocket text frame, ready to be written to any number of sockets. No compression, no fragments. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = emptyFrame(length);
  frame.write(text, frame.length - length, 'utf8');
  return frame;
}

/** The same of a text that is partly encoded: `before`, which has to be ASCII, then `encoded`, then a closing brace. */
export function textFrameAround(before: string, encoded: Buffer): Buffer {
  const length = before.length + encoded.length + 1;
  const frame = emptyFrame(length);
  const from = frame.length - length;
  frame.write(before, from, 'latin1');
  encoded.copy(frame, from + before.length);
  frame[frame.length - 1] = CLOSING_BRACE;
  return frame;
}

const CLOSING_BRACE = 0x7d;

function emptyFrame(length: number): Buffer {
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  if (head === 2) {
    frame[1] = length;
  } else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return frame;
}

export const PING_FRAME = Buffer.from([0x89, 0x00]);

/** The goodbye of the protocol. `code`: null where there is none to give. */
export function closeFrame(code: number | null, reason: string): Buffer {
  const length = code === null ? 0 : 2 + Buffer.byteLength(reason);
  const frame = Buffer.alloc(2 + length);
  frame[0] = 0x88;
  frame[1] = length;
  if (code !== null) {
    frame.writeUInt16BE(code, 2);
    frame.write(reason, 4, 'utf8');
  }
  return frame;
}

/** The answer to a ping: what came with it goes back. At most 125 bytes. */
export function pongFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x8a, payload.length]), payload]);
}
