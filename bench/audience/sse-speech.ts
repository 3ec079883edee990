import { between, type Ears, type Speech } from './ears.ts';
import type { HttpDoor } from './http-door.ts';
import { readAnswer, readChunk } from './http-reader.ts';
import type { HeldBallot, Viewer } from './viewer.ts';

const DATA = Buffer.from('\ndata: ');
const EVENT_END = Buffer.from('\n\n');

/** Server-Sent Events: join, then the stream, on one connection; ballots beside it. */
export class SseSpeech implements Speech {
  readonly #ears: Ears;
  readonly #door: HttpDoor;

  constructor(ears: Ears, door: HttpDoor) {
    this.#ears = ears;
    this.#door = door;
  }

  connected(viewer: Viewer): void {
    viewer.httpStep = 'joining';
    viewer.wire?.write(this.#door.join(viewer, ''));
  }

  read(viewer: Viewer, bytes: Buffer, start: number, end: number): number {
    let at = start;
    if (viewer.httpStep !== 'following') {
      const answer = readAnswer(bytes, start, end);
      if (answer === null) return start;
      at = answer.isEndless ? answer.bodyStart : answer.bodyEnd;
      if (viewer.httpStep === 'joining') {
        if (!this.#door.joined(viewer, answer, bytes)) return end;
        viewer.httpStep = 'asking';
        const last = viewer.state === null ? '' : `Last-Event-ID: ${viewer.state.epoch}-${viewer.state.rev}\r\n`;
        const auth = `Authorization: Bearer ${viewer.token}\r\n`;
        viewer.wire?.write(this.#door.get('/v1/events', `Accept: text/event-stream\r\n${auth}${last}`));
        return at;
      }
      if (answer.status !== 200 || !answer.isEndless) {
        this.#ears.fault('no-stream', bytes.toString('utf8', start, Math.min(end, start + 300)));
        viewer.wire?.destroy();
        return end;
      }
      viewer.httpStep = 'following';
      viewer.phase = 'greeting';
    }
    for (;;) {
      const chunk = readChunk(bytes, at, end);
      if (chunk === null) return at;
      this.#events(viewer, bytes, chunk.start, chunk.end);
      at = chunk.next;
    }
  }

  cast(viewer: Viewer, ballot: HeldBallot): void {
    this.#door.cast(viewer, ballot);
  }

  goodbye({ wire }: Viewer): void {
    wire?.end();
  }

  /** Whole events only: the server writes none in pieces, and to see one would be a fault here. */
  #events(viewer: Viewer, bytes: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      const stop = bytes.indexOf(EVENT_END, from);
      if (stop < 0 || stop >= end) {
        this.#ears.fault('event-in-pieces', bytes.toString('utf8', from, end));
        return;
      }
      const data = between(bytes, from, stop, DATA);
      // Whoever has named the state that is still the newest isn't sent it again.
      const kept = viewer.phase === 'greeting' ? viewer.state : null;
      const state = data === null ? kept : this.#ears.reader.read(bytes, data, stop);
      if (state !== null) {
        if (viewer.phase === 'greeting') this.#ears.welcomed(viewer, { token: null, voterId: viewer.joinedAs }, state);
        else this.#ears.shown(viewer, state);
      }
      from = stop + EVENT_END.length;
    }
  }
}
