import type { ServerFrame } from '../../shared/protocol/audience.ts';
import { clientText } from './client-frames.ts';
import { between, type Ears } from './ears.ts';
import type { HeldBallot, Viewer } from './viewer.ts';
import type { Dialect } from './ws-speech.ts';

const STATE_HEAD = Buffer.from('{"t":"state","state":');
const STATE_FIELD = Buffer.from(',"state":');
const WELCOME_HEAD = Buffer.from('{"t":"welcome"');
const NEW_HELLO = clientText('{"t":"hello","token":null}');

/** The product's own protocol. States are compared as bytes; everything else is parsed. */
export class ProductDialect implements Dialect {
  readonly path: string = '/v1/ws';
  readonly #ears: Ears;

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  upgraded({ token, state, wire }: Viewer): void {
    const { epoch, rev } = state ?? {};
    wire?.write(token === null ? NEW_HELLO : clientText(JSON.stringify({ t: 'hello', token, epoch, rev })));
  }

  text(viewer: Viewer, bytes: Buffer, start: number, end: number): void {
    if (bytes.compare(STATE_HEAD, 0, STATE_HEAD.length, start, Math.min(end, start + STATE_HEAD.length)) === 0) {
      const state = this.#ears.reader.read(bytes, start + STATE_HEAD.length, end - 1);
      if (state !== null) this.#ears.shown(viewer, state);
    } else if (
      bytes.compare(WELCOME_HEAD, 0, WELCOME_HEAD.length, start, Math.min(end, start + WELCOME_HEAD.length)) === 0
    ) {
      this.#welcome(viewer, bytes, start, end);
    } else {
      this.#other(viewer, bytes.toString('utf8', start, end));
    }
  }

  ballotFrame(_viewer: Viewer, { id, pollId, round, choice }: HeldBallot): Buffer {
    return clientText(`{"t":"ballot","id":"${id}","pollId":"${pollId}","round":${round},"choice":["${choice}"]}`);
  }

  #welcome(viewer: Viewer, bytes: Buffer, start: number, end: number): void {
    const from = between(bytes, start, end, STATE_FIELD);
    const state = from === null ? null : this.#ears.reader.read(bytes, from, end - 1);
    if (from === null || state === null) {
      this.#ears.fault('welcome-without-state', bytes.toString('utf8', start, end));
      return;
    }
    const head: unknown = JSON.parse(`${bytes.toString('utf8', start, from - STATE_FIELD.length)}}`);
    const { token, voterId } = head as { token?: string; voterId?: string };
    if (typeof voterId !== 'string') this.#ears.fault('welcome-without-voter', JSON.stringify(head));
    this.#ears.welcomed(viewer, { token: token ?? null, voterId: voterId ?? null }, state);
  }

  #other(viewer: Viewer, text: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text) as ServerFrame;
    } catch {
      this.#ears.fault('unreadable-frame', text.slice(0, 200));
      return;
    }
    if (frame.t === 'receipt') {
      this.#ears.answered(viewer, frame.receipt);
    } else if (frame.t === 'error') {
      const { code, ref, retryAfterMs } = frame;
      this.#ears.refused(viewer, { code, ref: ref ?? null, retryAfterMs: retryAfterMs ?? null });
    } else if (frame.t === 'bye') {
      this.#ears.dismissed(viewer, frame.reason, frame.retryAfterMs);
    } else if (frame.t !== 'pong') {
      this.#ears.fault('unknown-frame', text.slice(0, 200));
    }
  }
}
