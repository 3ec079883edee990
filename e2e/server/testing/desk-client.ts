import { randomUUID } from 'node:crypto';
import type { Accepted, CommandAnswer, CommandType } from '../../../shared/protocol/commands.ts';
import type { DeskCue, DeskState, Intake } from '../../../shared/protocol/desk-state.ts';
import type { Recount } from '../../../shared/protocol/records.ts';
import type { Vitals } from '../../../shared/protocol/vitals.ts';
import { until } from './until.ts';

export interface DeskCommand {
  type: CommandType | (string & {});
  target?: string;
  payload?: unknown;
  id?: string;
  expectedRevision?: number;
  clientTimeMs?: number;
}

export interface HttpAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says; the tests look at single fields
  body: any;
}

/** A command as it goes over the wire: with an id, and the time of now, unless given. */
export function wireCommand({ id = randomUUID(), clientTimeMs = Date.now(), ...command }: DeskCommand) {
  return { id, clientTimeMs, ...command };
}

/** A desk that speaks HTTP with one token. */
export class DeskClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Any call, as it is answered. */
  async call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<HttpAnswer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        // A server that was killed leaves dead connections in the pool.
        connection: 'close',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
    };
  }

  /** Sends a command with an id and the time of now, unless given, and answers whatever comes back. */
  send(command: DeskCommand): Promise<HttpAnswer> {
    return this.call('POST', '/api/v1/commands', wireCommand(command));
  }

  /** @throws when it isn't accepted */
  async command(type: CommandType, target: string | null, payload?: unknown): Promise<Accepted> {
    const { status, body } = await this.send({
      type,
      ...(target === null ? {} : { target }),
      ...(payload === undefined ? {} : { payload }),
    });
    const answer = body as CommandAnswer;
    if (answer.status !== 'accepted') throw new Error(`${type} ${target ?? ''}: ${status} ${JSON.stringify(body)}`);
    return answer;
  }

  /** ARM and GO; answers the cue as it is on air. */
  async air(cueId: string): Promise<DeskCue & { openedAtMs: number; closesAtMs: number }> {
    await this.command('cue.arm', cueId);
    await this.command('cue.go', cueId);
    const cue = await this.cue(cueId);
    if (cue.openedAtMs === undefined || cue.closesAtMs === undefined) throw new Error(`${cueId} is ${cue.intake}`);
    return { ...cue, openedAtMs: cue.openedAtMs, closesAtMs: cue.closesAtMs };
  }

  state(): Promise<DeskState> {
    return this.#get('/api/v1/state');
  }

  vitals(): Promise<Vitals> {
    return this.#get('/api/v1/vitals');
  }

  async cue(cueId: string): Promise<DeskCue> {
    const cue = (await this.state()).cues.find(({ id }) => id === cueId);
    if (cue === undefined) throw new Error(`the show has no cue ${cueId}`);
    return cue;
  }

  recount(cueId: string, round?: number): Promise<Recount> {
    return this.#get(`/api/v1/polls/${cueId}/recount${round === undefined ? '' : `?round=${round}`}`);
  }

  waitForIntake(cueId: string, intake: Intake, withinMs = 60_000): Promise<DeskCue> {
    return until(
      async () => {
        const cue = await this.cue(cueId);
        return cue.intake === intake && cue;
      },
      { withinMs, what: `${cueId} is ${intake}` },
    );
  }

  async #get<T>(path: string): Promise<T> {
    const { status, body } = await this.call('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }
}
