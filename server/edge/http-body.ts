import type { IncomingMessage } from 'node:http';

/** How much of a body that is too large is read and thrown away, so that its sender gets to read the answer. */
const DISCARD_BYTES = 1024 * 1024;

/** `gone`: the client left before its body was complete. */
export type Body = { kind: 'whole'; text: string } | { kind: 'too-large' } | { kind: 'gone' };

/** Reads a request's body; `done` is called once, in the same turn in which the last byte arrives. */
export function readBody(req: IncomingMessage, maxBytes: number, done: (body: Body) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let settled = false;
  const settle = (body: Body) => {
    if (settled) return;
    settled = true;
    done(body);
  };
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else if (bytes > DISCARD_BYTES) settle({ kind: 'too-large' });
  });
  req.on('end', () => {
    settle(bytes > maxBytes ? { kind: 'too-large' } : { kind: 'whole', text: Buffer.concat(chunks).toString() });
  });
  req.on('error', () => settle({ kind: 'gone' }));
  req.on('close', () => settle({ kind: 'gone' }));
}
