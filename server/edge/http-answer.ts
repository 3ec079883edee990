import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { isForPerson, PERSON_PAGE_HEADERS, personPage } from './person-page.ts';
import { type AudienceRefusal, httpStatusOf } from './refusal.ts';

/** Longer than a polling page waits between two requests. */
export const KEEP_ALIVE_MS = 20_000;

/** On every answer: pages from any origin talk to the edges; there are no cookies that this could expose. */
export const COMMON_HEADERS: OutgoingHttpHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, retry-after',
  'x-content-type-options': 'nosniff',
};

/** Sends a whole answer. Nothing happens when the client has gone. */
export function answer(res: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: string | Buffer): void {
  if (res.destroyed || res.headersSent) return;
  res.writeHead(status, { ...COMMON_HEADERS, 'content-length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

/** A JSON answer that no cache may keep. */
export function answerJson(res: ServerResponse, status: number, body: string): void {
  answer(res, status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }, body);
}

export function refusalBody({ code, message, retryAfterMs }: AudienceRefusal): string {
  return JSON.stringify({ error: { code, message, ...(retryAfterMs === null ? {} : { retryAfterMs }) } });
}

/** `Retry-After` in whole seconds, as HTTP wants it, never sooner than asked. */
export function retryAfterHeader(retryAfterMs: number): OutgoingHttpHeaders {
  return { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) };
}

export function answerRefusal(res: ServerResponse, refusal: AudienceRefusal, headers: OutgoingHttpHeaders): void {
  answer(
    res,
    httpStatusOf(refusal.code),
    {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(refusal.retryAfterMs === null ? {} : retryAfterHeader(refusal.retryAfterMs)),
      ...headers,
    },
    refusalBody(refusal),
  );
}

/** The same to who asked for a page: in a form that a person can read. */
export function answerPageRefusal(res: ServerResponse, path: string, refusal: AudienceRefusal): void {
  if (!isForPerson(res.req, path)) {
    answerRefusal(res, refusal, {});
    return;
  }
  const { code, retryAfterMs } = refusal;
  answer(
    res,
    httpStatusOf(code),
    {
      ...PERSON_PAGE_HEADERS,
      'cache-control': 'no-store',
      ...(retryAfterMs === null ? {} : retryAfterHeader(retryAfterMs)),
    },
    personPage(refusal),
  );
}

/** Refuses an upgrade: there is no response object yet, so the answer is written by hand. */
export function refuseUpgrade(socket: Duplex, refusal: AudienceRefusal): void {
  const body = refusalBody(refusal);
  const status = httpStatusOf(refusal.code);
  const headers = {
    ...COMMON_HEADERS,
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(refusal.retryAfterMs === null ? {} : retryAfterHeader(refusal.retryAfterMs)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.on('error', () => socket.destroy());
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n'), () =>
    socket.destroy(),
  );
}
