import type { Env, PageAnswer } from './env.ts';

const MOST_RETRY_MS = 600_000;

function retryAfterOf(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(MOST_RETRY_MS, seconds * 1_000) : null;
}

/** The browser that the page runs in. Uses nothing that plain http on a LAN name lacks. */
export function browserEnv(): Env {
  const at = (path: string) => new URL(path, document.baseURI);
  return {
    nowMs: () => performance.now(),
    random: () => Math.random(),
    after(delayMs, run) {
      const id = setTimeout(run, delayMs);
      return () => clearTimeout(id);
    },
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    openSocket:
      typeof WebSocket === 'undefined'
        ? null
        : (path, handlers) => {
            const url = at(path);
            url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
            const socket = new WebSocket(url.href);
            socket.onopen = () => handlers.open();
            socket.onmessage = (event) => handlers.message(String(event.data));
            socket.onclose = (event) => handlers.closed(event.code);
            return {
              send: (data) => socket.send(data),
              close: () => socket.close(1000),
            };
          },
    openStream:
      typeof EventSource === 'undefined'
        ? null
        : (path, handlers) => {
            const source = new EventSource(at(path).href);
            source.addEventListener('state', (event) => handlers.state(String(event.data)));
            source.onerror = () => {
              // Left alone it would come back by itself, again and again, and without the spread that the hints ask for.
              source.close();
              handlers.failed();
            };
            return { close: () => source.close() };
          },
    async request(request) {
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), request.timeoutMs);
      try {
        const response = await fetch(at(request.path).href, {
          method: request.method,
          headers: request.headers,
          body: request.body,
          // Our own If-None-Match has to reach the edge, and a 304 has to reach us.
          cache: 'no-store',
          credentials: 'omit',
          signal: abort.signal,
        });
        const text = await response.text();
        const answer: PageAnswer = {
          status: response.status,
          etag: response.headers.get('ETag'),
          retryAfterMs: retryAfterOf(response.headers.get('Retry-After')),
          body: jsonOf(text),
        };
        return answer;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An empty 304, or a proxy's own page: the status says what there is to say.
    return null;
  }
}
