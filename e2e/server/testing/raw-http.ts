import { request } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface RawRequest {
  method?: string;
  /** Any header, those too that a browser sets by itself: Host, Origin. */
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  /** Which of this machine's addresses it comes from. */
  localAddress?: string;
}

/** One HTTP request with the path and the headers exactly as given. */
export function rawHttp(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body, timeoutMs = 10_000, localAddress }: RawRequest = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers, agent: false, localAddress }, (incoming) => {
      let text = '';
      incoming
        .setEncoding('utf8')
        .on('data', (chunk: string) => {
          text += chunk;
        })
        .on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
        .on('error', reject);
    });
    outgoing.on('error', reject).setTimeout(timeoutMs, () => outgoing.destroy(new Error('no answer')));
    outgoing.end(body);
  });
}
