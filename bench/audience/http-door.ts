/** What viewers without a WebSocket share: they join first, and send ballots as requests of their own. */
import type { AudienceError, JoinResponse, Receipt } from '../../shared/protocol/audience.ts';
import type { Ears } from './ears.ts';
import { type HttpAnswer, readAnswer } from './http-reader.ts';
import type { HeldBallot, Viewer } from './viewer.ts';
import { Wire, type WireHost } from './wire.ts';

export class HttpDoor {
  readonly #ears: Ears;
  readonly #host: string;
  readonly #port: number;

  constructor(ears: Ears, host: string, port: number) {
    this.#ears = ears;
    this.#host = host;
    this.#port = port;
  }

  /** The request of someone new, or of someone who comes back. */
  join({ token }: Viewer, headers: string): string {
    const body = token === null ? '{}' : JSON.stringify({ token });
    return this.post('/v1/join', body, headers);
  }

  get(path: string, headers: string): string {
    return `GET ${path} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\n${headers}\r\n`;
  }

  post(path: string, body: string, headers: string): string {
    const length = Buffer.byteLength(body);
    return `POST ${path} HTTP/1.1\r\nHost: ${this.#host}:${this.#port}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`;
  }

  /** Takes the answer to `join`; false where it is no welcome, which ends the connection. */
  joined(viewer: Viewer, answer: HttpAnswer, bytes: Buffer): boolean {
    const text = bytes.toString('utf8', answer.bodyStart, answer.bodyEnd);
    if (answer.status !== 200) {
      if (answer.retryAfterMs === null) this.#ears.fault('join-refused', `${answer.status} ${text.slice(0, 200)}`);
      viewer.retryAfterMs = answer.retryAfterMs;
      viewer.wire?.destroy();
      return false;
    }
    const { token, voterId } = JSON.parse(text) as JoinResponse;
    if (viewer.voterId !== null && viewer.voterId !== voterId) {
      this.#ears.fault('another-voter-after-return', `${viewer.voterId}, then ${voterId}`);
    }
    viewer.token = token;
    viewer.joinedAs = voterId;
    return true;
  }

  /** A ballot on a connection of its own: any edge may take it. */
  cast(viewer: Viewer, ballot: HeldBallot): void {
    const { id, pollId, round, choice } = ballot;
    const body = JSON.stringify({ id, pollId, round, choice: [choice] });
    const request = this.post('/v1/ballots', body, `Authorization: Bearer ${viewer.token}\r\nConnection: close\r\n`);
    const ears = this.#ears;
    let isAnswered = false;
    const host: WireHost<Viewer> = {
      connected: () => wire.write(request),
      read: (_viewer, bytes, start, end) => {
        const answer = readAnswer(bytes, start, end);
        if (answer === null) return start;
        isAnswered = true;
        takeBallotAnswer(ears, viewer, ballot, answer.status, bytes.toString('utf8', answer.bodyStart, answer.bodyEnd));
        wire.end();
        return answer.bodyEnd;
      },
      ended: () => {
        if (!isAnswered) ears.refused(viewer, { code: 'connection-lost', ref: id, retryAfterMs: 0 });
      },
    };
    const wire = new Wire(viewer, host);
    wire.connect({ host: this.#host, port: this.#port, localAddress: viewer.wire?.localAddress });
  }
}

function takeBallotAnswer(ears: Ears, viewer: Viewer, { id }: HeldBallot, status: number, text: string): void {
  const body = JSON.parse(text) as { receipt?: Receipt } & Partial<AudienceError>;
  if (body.receipt !== undefined) ears.answered(viewer, body.receipt);
  else {
    const { code, retryAfterMs } = body.error ?? { code: `http-${status}` };
    ears.refused(viewer, { code, ref: id, retryAfterMs: retryAfterMs ?? null });
  }
}
