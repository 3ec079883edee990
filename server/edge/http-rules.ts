/** What RFC 9110 and 9112 say of a request, in one place for every answer of the port. */
import type { IncomingMessage } from 'node:http';

const AUTHORITY = /^https?:\/\/[^/?#]*/i;
/** `uri-host [":" port]`; an empty one is allowed. */
const HOST = /^[\w.~%!$&'()*+,;=:[\]-]*$/;
const ENTITY_TAG = /(?:W\/)?"([^"]*)"/g;
const WEIGHT = /^q\s*=\s*([01](?:\.\d{0,3})?)$/i;

export interface Target {
  path: string;
  /** Without its question mark; '' where there is none. */
  query: string;
}

/** What a request asks for, also in the absolute form (9112, 3.2.2) that proxies use. */
export function targetOf(url: string): Target {
  const origin = url.startsWith('/') ? url : url.replace(AUTHORITY, '');
  const mark = origin.indexOf('?');
  const path = mark < 0 ? origin : origin.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : origin.slice(mark + 1) };
}

export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** Whether it names its host as it has to (9112, 3.2): once, and from HTTP/1.1 on for certain. */
export function namesItsHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let host: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== null) return false;
    host = rawHeaders[i + 1] ?? '';
  }
  return host === null ? httpVersion === '1.0' : isHost(host);
}

/** Whether `If-None-Match` names this entity tag (9110, 13.1.2): any of a list, `*`, and weak ones like strong ones. `etag` in its quotes. */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  for (const [, opaque] of ifNoneMatch.matchAll(ENTITY_TAG)) if (`"${opaque}"` === etag) return true;
  return false;
}

/** Whether `Accept-Encoding` takes gzip (9110, 12.5.3): by its name, else by `*`, and not with a weight of nothing. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  let byStar = false;
  for (const item of (acceptEncoding ?? '').split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim());
    const weight = parameters.map((parameter) => WEIGHT.exec(parameter)?.[1]).find((found) => found !== undefined);
    const isTaken = Number(weight ?? 1) > 0;
    const name = coding.toLowerCase();
    if (name === 'gzip' || name === 'x-gzip') return isTaken;
    if (name === '*') byStar = isTaken;
  }
  return byStar;
}
