import { clientText } from './client-frames.ts';
import type { Ears, HeardReceipt } from './ears.ts';
import type { HeldBallot, Viewer } from './viewer.ts';
import type { Dialect } from './ws-speech.ts';

/** Packets of Engine.IO 4 (first character) and Socket.IO 5 (second): open, ping, connect, event, acknowledgement. */
const OPEN = Buffer.from('0');
const PING = Buffer.from('2');
const CONNECTED = Buffer.from('40');
const WELCOME = Buffer.from('42["welcome",');
const STATE = Buffer.from('42["state",');
const ACK = Buffer.from('430[');
const CONNECT = clientText('40');
const PONG = clientText('3');

function begins(bytes: Buffer, start: number, end: number, mark: Buffer): boolean {
  return end - start >= mark.length && bytes.compare(mark, 0, mark.length, start, start + mark.length) === 0;
}

/** What `socket.io-client` says over its WebSocket transport, as far as the peer server here asks for it. */
export class SocketIoDialect implements Dialect {
  readonly path: string = '/socket.io/?EIO=4&transport=websocket';
  readonly #ears: Ears;

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  /** The server speaks first. */
  upgraded(): void {}

  text(viewer: Viewer, bytes: Buffer, start: number, end: number): void {
    if (begins(bytes, start, end, STATE)) {
      const state = this.#ears.reader.read(bytes, start + STATE.length, end - 1);
      if (state !== null) this.#ears.shown(viewer, state);
    } else if (begins(bytes, start, end, ACK)) {
      this.#ears.answered(viewer, JSON.parse(bytes.toString('utf8', start + ACK.length, end - 1)) as HeardReceipt);
    } else if (begins(bytes, start, end, WELCOME)) {
      const state = this.#ears.reader.read(bytes, start + WELCOME.length, end - 1);
      if (state !== null) this.#ears.welcomed(viewer, { token: null, voterId: null }, state);
    } else if (begins(bytes, start, end, OPEN)) {
      viewer.wire?.write(CONNECT);
    } else if (begins(bytes, start, end, PING)) {
      viewer.wire?.write(PONG);
    } else if (!begins(bytes, start, end, CONNECTED)) {
      this.#ears.fault('unknown-packet', bytes.toString('utf8', start, Math.min(end, start + 200)));
    }
  }

  ballotFrame(_viewer: Viewer, { id, pollId, round, choice }: HeldBallot): Buffer {
    return clientText(`420["ballot",{"id":"${id}","pollId":"${pollId}","round":${round},"choice":["${choice}"]}]`);
  }
}
