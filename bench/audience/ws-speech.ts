import { CLOSE_FRAME, clientPong, isUpgraded, upgradeRequest } from './client-frames.ts';
import type { Ears, Speech } from './ears.ts';
import { readAnswer } from './http-reader.ts';
import { type FrameSink, readFrames } from './server-frames.ts';
import type { HeldBallot, Viewer } from './viewer.ts';

/** What is said inside the frames of a WebSocket: ours, or that of a peer. */
export interface Dialect {
  readonly path: string;
  /** The upgrade has been answered. */
  upgraded(viewer: Viewer): void;
  text(viewer: Viewer, bytes: Buffer, start: number, end: number): void;
  ballotFrame(viewer: Viewer, ballot: HeldBallot): Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** A WebSocket by its bytes: handshake, frames, pings. */
export class WsSpeech implements Speech {
  readonly #ears: Ears;
  readonly #dialect: Dialect;
  readonly #request: Buffer;
  readonly #sink: FrameSink;
  /** Whose frames are being read. */
  #reading: Viewer | null = null;

  constructor(ears: Ears, dialect: Dialect, host: string) {
    this.#ears = ears;
    this.#dialect = dialect;
    this.#request = upgradeRequest(host, dialect.path);
    this.#sink = {
      text: (bytes, start, end) => {
        if (this.#reading !== null) dialect.text(this.#reading, bytes, start, end);
      },
      ping: (payload) => this.#reading?.wire?.write(clientPong(payload)),
      // The end of the connection follows, and what it was for has been said by `bye`.
      close: () => this.#reading?.wire?.end(),
      broken: (why) => ears.fault('broken-frame', why),
    };
  }

  connected(viewer: Viewer): void {
    viewer.wire?.write(this.#request);
  }

  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    let from = start;
    if (viewer.phase === 'opening') {
      const headEnd = bytes.indexOf(HEAD_END, start);
      if (headEnd < 0 || headEnd >= end) return start;
      from = headEnd + HEAD_END.length;
      if (!isUpgraded(bytes, start, from)) return this.#turnedAway(viewer, bytes, start, end);
      viewer.phase = 'greeting';
      this.#dialect.upgraded(viewer);
    }
    this.#reading = viewer;
    return readFrames(bytes, from, end, this.#sink);
  }

  /** A server that is full, or about to leave, says when to come back. Any other answer is a fault. */
  #turnedAway(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    const answer = readAnswer(bytes, start, end);
    if (answer === null) return start;
    viewer.retryAfterMs = answer.retryAfterMs;
    if (answer.status !== 503 || answer.retryAfterMs === null) {
      this.#ears.fault('not-upgraded', bytes.toString('utf8', start, Math.min(end, start + 300)));
    }
    viewer.wire?.destroy();
    return end;
  }

  cast(viewer: Viewer, ballot: HeldBallot): void {
    viewer.wire?.write(this.#dialect.ballotFrame(viewer, ballot));
  }

  /** It is for the server to end the connection then. */
  goodbye({ wire }: Viewer): void {
    wire?.write(CLOSE_FRAME);
  }
}
