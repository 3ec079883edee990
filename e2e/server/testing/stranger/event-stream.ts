/** Server-Sent Events, read by the description alone. */

import type { Json, JsonObject } from './api-document.ts';
import type { AsyncChannel } from './async-channel.ts';
import { Mailbox } from './mailbox.ts';
import type { Call, OpenApiClient } from './open-api-client.ts';

export interface StreamEvent {
  event: string;
  id: string;
  data: JsonObject;
}

export class EventStream {
  readonly events = new Mailbox<StreamEvent>();
  /** What differed from the document. */
  readonly faults: string[] = [];
  /** ms, each as it was set. */
  readonly retries: number[] = [];
  readonly ended: Promise<void>;
  readonly #channel: AsyncChannel;
  readonly #abort: AbortController;

  private constructor(channel: AsyncChannel, response: Response, abort: AbortController) {
    this.#channel = channel;
    this.#abort = abort;
    this.ended = this.#read(response).finally(() => this.events.end(new Error('the stream has ended')));
  }

  /** `message`: what the data of an event is. */
  static async open(client: OpenApiClient, channel: AsyncChannel, headers: Record<string, string> = {}) {
    const abort = new AbortController();
    const call: Call = { method: 'get', path: channel.address, headers };
    const response = await client.open(call, abort.signal);
    client.judge(call, response, '');
    return new EventStream(channel, response, abort);
  }

  next(wants: (state: JsonObject) => boolean, what: string): Promise<StreamEvent> {
    return this.events.take(({ data }) => wants(data), what);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    let rest = '';
    let fields: Record<string, string> = {};
    try {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line === '') {
            this.#event(fields);
            fields = {};
          } else if (!line.startsWith(':')) {
            const colon = line.indexOf(': ');
            fields[line.slice(0, colon)] = line.slice(colon + 2);
          }
        }
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
  }

  #event({ event, id, data, retry, ...others }: Record<string, string>): void {
    for (const field of Object.keys(others)) this.faults.push(`a field ${field} came`);
    if (retry !== undefined) this.retries.push(Number(retry));
    if (data === undefined) return;
    const state = JSON.parse(data) as Json;
    try {
      if (event !== 'state') throw new Error(`an event ${event} came`);
      this.#channel.received('stateEvent', state);
      const { epoch, rev } = state as JsonObject;
      if (id !== `${epoch}-${rev}`) throw new Error(`the id ${id} is not that of ${epoch}-${rev}`);
      this.events.put({ event, id, data: state as JsonObject });
    } catch (error) {
      this.faults.push(String(error));
    }
  }
}
