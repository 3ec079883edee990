/** Answers to HTTP requests as they lie in a read buffer. */

export interface HttpAnswer {
  status: number;
  /** With the quotes; null where there is none. */
  etag: string | null;
  retryAfterMs: number | null;
  /** Where the body lies; of an endless one, where it begins. */
  bodyStart: number;
  bodyEnd: number;
  /** Chunked: it goes on for as long as the connection does. */
  isEndless: boolean;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** The answer at `start`, or null while it is not whole. */
export function readAnswer(bytes: Buffer, start: number, end: number): HttpAnswer | null {
  const headEnd = bytes.indexOf(HEAD_END, start);
  if (headEnd < 0 || headEnd >= end) return null;
  const head = bytes.toString('latin1', start, headEnd);
  const bodyStart = headEnd + HEAD_END.length;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (bodyStart + length > end) return null;
  const retryAfterS = /\r\nretry-after: *(\d+)/i.exec(head)?.[1];
  return {
    status: Number(head.slice(9, 12)),
    etag: /\r\netag: *(\S+)/i.exec(head)?.[1] ?? null,
    retryAfterMs: retryAfterS === undefined ? null : Number(retryAfterS) * 1_000,
    bodyStart,
    bodyEnd: bodyStart + length,
    isEndless: /\r\ntransfer-encoding: *chunked/i.test(head),
  };
}

export interface Chunk {
  start: number;
  end: number;
  /** Where the next one begins. */
  next: number;
}

const LINE_END = Buffer.from('\r\n');

/** The chunk of an endless body at `start`, or null while it is not whole. */
export function readChunk(bytes: Buffer, start: number, end: number): Chunk | null {
  const lineEnd = bytes.indexOf(LINE_END, start);
  if (lineEnd < 0 || lineEnd >= end) return null;
  const from = lineEnd + LINE_END.length;
  const to = from + Number.parseInt(bytes.toString('latin1', start, lineEnd), 16);
  const next = to + LINE_END.length;
  return next > end ? null : { start: from, end: to, next };
}
