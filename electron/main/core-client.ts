/** Asks the core what became of a command. Plain HTTP with a desk session of its own. */

import type { DeskConnection } from '../../shared/protocol/bridge.ts';
import { CommandLookup, SessionResponse } from '../../shared/protocol/desk.ts';

const ANSWER_WITHIN_MS = 5_000;

/** The core answers, but not for that id (it takes it for malformed, say). */
export class LookUpRefused extends Error {}

export class CoreClient {
  readonly #connection: () => Promise<DeskConnection>;
  #session: { deskUrl: string; token: string } | null = null;

  /** @param connection the server's address with a fresh one-time code */
  constructor(connection: () => Promise<DeskConnection>) {
    this.#connection = connection;
  }

  /**
   * The core's stored answer, or `never-seen`, which bars that id for good.
   * @throws LookUpRefused for an id that the core can't say anything about; another error when it can't be reached
   */
  async lookUp(id: string): Promise<CommandLookup> {
    const session = this.#session ?? (await this.#buySession());
    const response = await request(`${session.deskUrl}/api/v1/commands/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${session.token}` },
    });
    // Sessions end with the server that gave them; the next try buys a new one.
    if (response.status === 401) this.#session = null;
    if (response.status === 400 || response.status === 404) throw new LookUpRefused(await response.text());
    if (response.status !== 200) throw new Error(`The core answered ${response.status} to a question for a command.`);
    return CommandLookup.parse(await response.json());
  }

  /** To be called when the server is another one: its address and its sessions are. */
  forget(): void {
    this.#session = null;
  }

  async #buySession(): Promise<{ deskUrl: string; token: string }> {
    const { deskUrl, code } = await this.#connection();
    const response = await request(`${deskUrl}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    if (response.status !== 200) throw new Error(`The core answered ${response.status} to a one-time code.`);
    const { token } = SessionResponse.parse(await response.json());
    this.#session = { deskUrl, token };
    return this.#session;
  }
}

function request(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}
