import { onTestFinished } from 'vitest';
import type { PublicState } from '../../../shared/protocol/audience.ts';

export interface SseEvent {
  event: string;
  id: string;
  data: PublicState;
}

/** A viewer on server-sent events, read byte by byte, with all that the browser's own reader would hide. */
export class SseViewer {
  readonly events: SseEvent[] = [];
  /** Lines that begin with a colon. */
  readonly comments: string[] = [];
  /** What the server set as the time to come back, ms. */
  readonly retries: number[] = [];
  hasEnded = false;
  readonly status: number;
  readonly headers: Headers;

  private constructor(response: Response) {
    this.status = response.status;
    this.headers = response.headers;
    void this.#read(response).finally(() => {
      this.hasEnded = true;
    });
  }

  static async open(
    audienceUrl: string,
    { code = null, lastEventId = null }: { code?: string | null; lastEventId?: string | null } = {},
  ): Promise<SseViewer> {
    const end = new AbortController();
    onTestFinished(() => end.abort());
    const query = code === null ? '' : `?code=${encodeURIComponent(code)}`;
    const response = await fetch(`${audienceUrl}/v1/events${query}`, {
      headers: { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
      signal: end.signal,
    });
    return new SseViewer(response);
  }

  async #read(response: Response): Promise<void> {
    let rest = '';
    let fields: Record<string, string> = {};
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line === '') {
            this.#dispatch(fields);
            fields = {};
          } else if (line.startsWith(':')) this.comments.push(line);
          else {
            const [, field = '', value = ''] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
            fields[field] = value;
          }
        }
      }
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  }

  #dispatch({ event, id, data, retry }: Record<string, string>): void {
    if (retry !== undefined) this.retries.push(Number(retry));
    if (data !== undefined) this.events.push({ event: event ?? '', id: id ?? '', data: JSON.parse(data) });
  }
}
