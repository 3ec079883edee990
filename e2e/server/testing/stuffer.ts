/** Somebody who makes tokens and votes with each of them, all from one address, as fast as the server answers. */
import { connect, type Socket } from 'node:net';
import { newBallotId } from './voters.ts';

/** Sent one behind the other on a connection before the answers are read. */
/** An edge ends a connection that has more requests waiting than 32. */
const AT_ONCE = 30;

export interface Stuffed {
  /** Tokens that were given out. */
  tokens: string[];
  refused: number;
  /** From the first attempt to the last answer, ms. */
  tookMs: number;
}

export class Stuffer {
  readonly #url: URL;
  readonly #address: string;
  readonly #sockets: Pipeline[] = [];

  /** @param address as a trusted proxy names it */
  constructor(audienceUrl: string, address: string) {
    this.#url = new URL(audienceUrl);
    this.#address = address;
  }

  /** Many connections, so that every edge has some. */
  async connect(connections: number): Promise<void> {
    for (let i = 0; i < connections; i += 1) this.#sockets.push(await Pipeline.open(this.#url));
  }

  /**
   * So many attempts to get in over all connections. `onToken`: for each token, with a way to vote on the same connection.
   * @throws when a connection ends
   */
  async join(attempts: number, onProgress: (given: number) => void): Promise<Stuffed> {
    const startMs = performance.now();
    const tokens: string[] = [];
    let left = attempts;
    let refused = 0;
    await Promise.all(
      this.#sockets.map(async (socket) => {
        while (left > 0) {
          const count = Math.min(AT_ONCE, left);
          left -= count;
          const answers = await socket.ask(Array.from({ length: count }, () => this.#post('/v1/join', {}, '{}')));
          for (const { status, body } of answers) {
            if (status === 200) tokens.push((JSON.parse(body) as { token: string }).token);
            else refused += 1;
          }
          onProgress(tokens.length);
        }
      }),
    );
    return { tokens, refused, tookMs: performance.now() - startMs };
  }

  /** One ballot with each of these tokens. Answers how many were accepted. */
  async vote(tokens: readonly string[], pollId: string): Promise<number> {
    const waiting = [...tokens];
    let accepted = 0;
    await Promise.all(
      this.#sockets.map(async (socket) => {
        while (waiting.length > 0) {
          const ballots = waiting.splice(0, AT_ONCE).map((token) => {
            const ballot = { id: newBallotId(), pollId, round: 1, choice: ['a'] };
            return this.#post('/v1/ballots', { authorization: `Bearer ${token}` }, JSON.stringify(ballot));
          });
          for (const { body } of await socket.ask(ballots)) if (body.includes('"accepted"')) accepted += 1;
        }
      }),
    );
    return accepted;
  }

  end(): void {
    for (const socket of this.#sockets) socket.end();
  }

  #post(path: string, headers: Record<string, string>, body: string): string {
    const lines = Object.entries({
      host: this.#url.host,
      'content-type': 'application/json',
      'x-forwarded-for': this.#address,
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
  }
}

interface Answer {
  status: number;
  body: string;
}

/** A connection on which requests go out one behind the other. */
class Pipeline {
  readonly #socket: Socket;
  #text = '';
  #answers: Answer[] = [];
  #waiting: { count: number; resolve: (answers: Answer[]) => void; reject: (error: Error) => void } | null = null;

  static async open(url: URL): Promise<Pipeline> {
    const socket = connect(Number(url.port), url.hostname);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Pipeline(socket);
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (text) => this.#read(String(text)));
    socket.on('error', () => {});
    socket.on('close', () => this.#waiting?.reject(new Error('the connection ended')));
  }

  ask(requests: readonly string[]): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      this.#waiting = { count: requests.length, resolve, reject };
      this.#socket.write(requests.join(''));
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    let at = 0;
    for (;;) {
      const headEnd = this.#text.indexOf('\r\n\r\n', at);
      if (headEnd === -1) break;
      const head = this.#text.slice(at, headEnd);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#text.length < headEnd + 4 + length) break;
      this.#answers.push({
        status: Number(head.slice(9, 12)),
        body: this.#text.slice(headEnd + 4, headEnd + 4 + length),
      });
      at = headEnd + 4 + length;
    }
    this.#text = this.#text.slice(at);
    const waiting = this.#waiting;
    if (waiting === null || this.#answers.length < waiting.count) return;
    this.#waiting = null;
    waiting.resolve(this.#answers.splice(0));
  }
}
