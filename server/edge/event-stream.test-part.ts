/** A viewer on Server-Sent Events that keeps the raw text and the events in it. */
import { type ClientRequest, get, type IncomingHttpHeaders } from 'node:http';
import type { PublicState } from '../../shared/protocol/audience.ts';

export class EventStream {
  readonly request: ClientRequest;
  text = '';
  headers: IncomingHttpHeaders = {};
  ended = false;

  static open(url: string, headers: Record<string, string>): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const stream = new EventStream(url, headers);
      stream.request.on('response', (res) => {
        stream.headers = res.headers;
        res.on('data', (chunk) => {
          stream.text += String(chunk);
        });
        res.on('error', () => {});
        res.on('close', () => {
          stream.ended = true;
        });
        resolve(stream);
      });
      stream.request.on('error', reject);
    });
  }

  constructor(url: string, headers: Record<string, string>) {
    this.request = get(url, { headers, agent: false });
  }

  get events(): { id: string; state: PublicState }[] {
    return this.text
      .split('\n\n')
      .filter((block) => block.includes('event: state'))
      .map((block) => ({
        id: /^id: (.*)$/m.exec(block)?.[1] ?? '',
        state: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as PublicState,
      }));
  }

  get revs(): number[] {
    return this.events.map((event) => event.state.rev);
  }
}
