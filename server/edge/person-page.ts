/** What a person sees in the place of a page that can't be shown. Clients get JSON; this is for who typed or tapped an address. */
import type { IncomingMessage } from 'node:http';

/** The beginning of a request that a browser makes for a page. */
const ASKS_FOR_PAGE = /^(?:GET|HEAD) (?!\/v1\/)\S* HTTP\/1\.[01]\r\n(?:.*\r\n)*?accept:[^\r\n]*\btext\/html\b/i;
const BEGINS_REQUEST = /^[A-Z]{3,10} \S/;
/** A browser says what it accepts among its first headers. */
const LOOKED_AT_BYTES = 2_048;

export const PERSON_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

export interface PersonPage {
  message: string;
  /** After so long the page is tried again by itself; null: that would help nobody. */
  retryAfterMs: number | null;
}

/** Whether a person looks at the answer to this. */
export function isForPerson({ method, headers }: IncomingMessage, path: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return !path.startsWith('/v1/') && /\btext\/html\b/i.test(headers.accept ?? '');
}

/** The same of bytes that no request could be made of; null where they don't begin one. */
export function beginsForPerson(bytes: Buffer): boolean | null {
  const text = bytes.toString('latin1', 0, LOOKED_AT_BYTES);
  return BEGINS_REQUEST.test(text) ? ASKS_FOR_PAGE.test(text) : null;
}

export function personPage({ message, retryAfterMs }: PersonPage): string {
  const again = retryAfterMs === null ? '' : `<meta http-equiv="refresh" content="${Math.ceil(retryAfterMs / 1_000)}">`;
  const onward =
    retryAfterMs === null ? '<p><a href="/">To the vote</a></p>' : '<p>This page tries again by itself.</p>';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">${again}<title>Vote</title></head><body><main><p>${message}</p>${onward}</main></body></html>`;
}
