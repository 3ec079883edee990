import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Receipt } from '../../../shared/protocol/audience.ts';

export interface PostedBallot {
  id: string;
  pollId: string;
  round: number;
  choice: string[];
}

/** One connection that is kept, and so stays with the edge that took it: whatever is called on it, that edge answers. */
export class PinnedConnection {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #socket: Socket | null = null;

  constructor(audienceUrl: string) {
    this.#url = audienceUrl;
  }

  /** A new voter. */
  async join(): Promise<string> {
    const { token } = (await this.#post('/v1/join', { token: null, body: {} })) as { token: string };
    return token;
  }

  async vote(token: string, ballot: PostedBallot): Promise<Receipt> {
    const { receipt } = (await this.#post('/v1/ballots', { token, body: ballot })) as { receipt: Receipt };
    return receipt;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @throws when the answer is no 200, or came over another connection */
  #post(path: string, { token, body }: { token: string | null; body: unknown }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = request(`${this.#url}${path}`, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      call.on('socket', (socket) => {
        if (this.#socket !== null && this.#socket !== socket) reject(new Error('the connection was not kept'));
        this.#socket = socket;
      });
      call.on('error', reject);
      call.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${path}: ${response.statusCode} ${text}`));
        });
      });
      call.end(JSON.stringify(body));
    });
  }
}
