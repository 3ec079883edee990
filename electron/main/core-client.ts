/** Asks a core what became of a command and what is on air there. Plain HTTP with a desk session of its own. */
import { z } from 'zod';
import { isBusy } from '../../shared/domain/intakes.ts';
import type { DeskConnection } from '../../shared/protocol/bridge.ts';
import { CommandLookup, SessionResponse } from '../../shared/protocol/commands.ts';
import { Intake } from '../../shared/protocol/desk-state.ts';

const ANSWER_WITHIN_MS = 5_000;
/** What is read of the state; the whole of it is the page's business. */
const Intakes = z.object({ cues: z.array(z.object({ intake: Intake })) });

/** The core answers, but not for that id (it takes it for malformed, say). */
export class LookUpRefused extends Error {}

/** The core answers, and can't say yet what became of that id: its journal takes no writes, say. It has to be asked again. */
export class LookUpUndecided extends Error {}

/** The session that was given is no longer known, and there is no code to buy another: the server was started anew. */
export class SessionEnded extends Error {}

interface BoughtSession {
  deskUrl: string;
  token: string;
  /** It is the only one there will be. */
  lasts: boolean;
}

export class CoreClient {
  readonly #connection: () => Promise<DeskConnection>;
  #session: BoughtSession | null = null;

  /** @param connection the server's address with a fresh one-time code, or with a session */
  constructor(connection: () => Promise<DeskConnection>) {
    this.#connection = connection;
  }

  /**
   * The core's stored answer, or `never-seen`, which bars that id for good.
   * @throws LookUpRefused for an id that the core can't say anything about; LookUpUndecided where it can't say it yet; SessionEnded;
   * another error when it can't be reached
   */
  async lookUp(id: string): Promise<CommandLookup> {
    const response = await this.#get(`/api/v1/commands/${encodeURIComponent(id)}`);
    if (response.status === 400 || response.status === 404) throw new LookUpRefused(await response.text());
    if (response.status === 503) throw new LookUpUndecided(await response.text());
    if (response.status !== 200) throw new Error(`The core answered ${response.status} to a question for a command.`);
    return CommandLookup.parse(await response.json());
  }

  /** Runs that are armed, open, paused or closing. @throws when the core can't be reached */
  async busyRuns(): Promise<number> {
    const response = await this.#get('/api/v1/state');
    if (response.status !== 200) throw new Error(`The core answered ${response.status} to a question for its state.`);
    return Intakes.parse(await response.json()).cues.filter(isBusy).length;
  }

  /** To be called when the server is another one: its address and its sessions are. */
  forget(): void {
    this.#session = null;
  }

  async #get(path: string): Promise<Response> {
    const { deskUrl, token, lasts } = this.#session ?? (await this.#buySession());
    const response = await request(`${deskUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (response.status !== 401) return response;
    if (lasts) throw new SessionEnded(`The session on ${deskUrl} has ended.`);
    // Sessions end with the server that gave them; the next try buys a new one.
    this.#session = null;
    return response;
  }

  async #buySession(): Promise<BoughtSession> {
    const connection = await this.#connection();
    const { deskUrl } = connection;
    if (connection.kind === 'session') {
      this.#session = { deskUrl, token: connection.session.token, lasts: true };
      return this.#session;
    }
    const response = await request(`${deskUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: connection.code }),
    });
    if (response.status !== 200) throw new Error(`The core answered ${response.status} to a one-time code.`);
    const { token } = SessionResponse.parse(await response.json());
    this.#session = { deskUrl, token, lasts: false };
    return this.#session;
  }
}

function request(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}
