import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http';
import { COMMON_HEADERS, KEEP_ALIVE_MS } from './http-answer.ts';
import type { HeldState } from './public-states.ts';

/** One second at a shared cache takes the crowd off the edge; an old state is better than none while it is away. */
const STATE_CACHE = 'public, max-age=0, s-maxage=1, stale-if-error=10';

/** The headers of an answer with this state; `noStore`: seen with a code or a rehearsal token, so that no cache may keep it. */
export function wholeHeaders(held: HeldState, noStore: boolean): OutgoingHttpHeaders {
  return {
    ...COMMON_HEADERS,
    'content-length': held.httpBody.length,
    ...versionHeaders(held, noStore),
    'content-type': 'application/json; charset=utf-8',
  };
}

/** The headers of a 304: the asker has this state. */
export function unchangedHeaders(held: HeldState, noStore: boolean): OutgoingHttpHeaders {
  return { ...COMMON_HEADERS, ...versionHeaders(held, noStore) };
}

function versionHeaders({ version }: HeldState, noStore: boolean): OutgoingHttpHeaders {
  return { etag: `"${version}"`, 'cache-control': noStore ? 'no-store' : STATE_CACHE, vary: 'authorization' };
}

/** Whole answers to polls for the live state, as `node:http` would write them on a connection that stays. */
export class StateAnswers {
  readonly #wallMs: () => number;
  #held: HeldState | null = null;
  #atS = 0;
  #whole: Buffer = Buffer.alloc(0);
  #unchanged: Buffer = Buffer.alloc(0);

  /** @param wallMs for the `Date` header: the wall's time, not the core's */
  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  whole(held: HeldState): Buffer {
    this.#encode(held);
    return this.#whole;
  }

  /** The 304. */
  unchanged(held: HeldState): Buffer {
    this.#encode(held);
    return this.#unchanged;
  }

  #encode(held: HeldState): void {
    const atS = Math.floor(this.#wallMs() / 1_000);
    if (held === this.#held && atS === this.#atS) return;
    this.#held = held;
    this.#atS = atS;
    this.#whole = Buffer.concat([headOf(200, wholeHeaders(held, false), atS), held.httpBody]);
    this.#unchanged = headOf(304, unchangedHeaders(held, false), atS);
  }
}

function headOf(status: number, headers: OutgoingHttpHeaders, atS: number): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Date: ${new Date(atS * 1_000).toUTCString()}`,
    'Connection: keep-alive',
    `Keep-Alive: timeout=${KEEP_ALIVE_MS / 1_000}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
