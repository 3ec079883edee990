/** HTTP requests as bytes: by hand, and one for every call that an OpenAPI document names. */
import type { SeededRandom } from '../seeded-random.ts';
import { type ApiDocument, isObject, type Json, type JsonObject } from '../stranger/api-document.ts';
import { ODD_VALUES, type Sampler } from './sampler.ts';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'];

export const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`;

/** Asks for a WebSocket. */
export const upgrade = (target: string, host: string, ...headers: string[]): string =>
  lines(
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...headers,
  );

export interface DocumentedOptions {
  document: ApiDocument;
  sampler: Sampler;
  random: SeededRandom;
  host: string;
  /** Values of an `Authorization` header; null: none. */
  authorizations: readonly (string | null)[];
  /** Whether a body may go with this authorization. */
  isTaken: (body: Json, authorization: string | null) => boolean;
}

interface Entry {
  method: string;
  path: string;
  call: JsonObject;
}

/** Makes requests for one entry of the document after the other, so that a new one is among them by itself. */
export function documentedRequests(options: DocumentedOptions): () => string {
  const { document, random } = options;
  const entries = Object.entries(document.object(['paths'])).flatMap(([path, calls]) =>
    Object.entries(isObject(calls) ? calls : {}).flatMap(([method, call]): Entry[] =>
      isObject(call) && isObject(call.responses) ? [{ method, path, call }] : [],
    ),
  );
  let next = 0;
  return () => {
    const entry = entries[next++ % entries.length] ?? random.pick(entries);
    const requests = Array.from({ length: random.between(0, 9) === 0 ? 2 : 1 }, () => request(entry, options));
    return requests.join('');
  };
}

function request({ method, path, call }: Entry, options: DocumentedOptions): string {
  const { random, sampler, host, authorizations } = options;
  const parameters = (Array.isArray(call.parameters) ? call.parameters : []).filter(isObject);
  const given = ({ name, schema }: JsonObject, place: string) =>
    texted(random.between(0, 4) === 0 ? random.pick(ODD_VALUES) : sampler.value(schema, `${place}.${String(name)}`));
  const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
  // Named by what stands before it: an id of a poll is none of a command.
  const filled = path.replace(/(\w+)\/\{(\w+)\}/g, (_, before: string, name: string) => {
    const parameter = of('path').find((one) => one.name === name) ?? {};
    return `${before}/${encodeURIComponent(given(parameter, before))}`;
  });
  const query = of('query')
    .filter(() => random.between(0, 3) > 0)
    .map((parameter) => `${String(parameter.name)}=${encodeURIComponent(given(parameter, 'query'))}`);
  const authorization = random.pick(authorizations);
  const body = random.between(0, 1) === 0 || method === 'post' ? bodyOf(call, authorization, options) : null;
  const verb = random.between(0, 9) === 0 ? random.pick(METHODS) : method.toUpperCase();
  return (
    lines(
      `${verb} ${filled}${query.length === 0 ? '' : `?${query.join('&')}`} HTTP/1.1`,
      `Host: ${host}`,
      ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
      ...of('header')
        .filter(() => random.between(0, 1) === 0)
        .map((parameter) => `${String(parameter.name)}: ${given(parameter, 'header').replaceAll(/[^ -~]/g, '')}`),
      ...(body === null ? [] : [`Content-Type: ${body.type}`, `Content-Length: ${Buffer.byteLength(body.text)}`]),
      ...(random.between(0, 3) === 0 ? ['Connection: close'] : []),
    ) + (body?.text ?? '')
  );
}

function bodyOf(
  call: JsonObject,
  authorization: string | null,
  { random, sampler, isTaken }: DocumentedOptions,
): { type: string; text: string } | null {
  if (!isObject(call.requestBody) || !isObject(call.requestBody.content)) return null;
  const [type, media] = random.pick(Object.entries(call.requestBody.content));
  for (;;) {
    const value = sampler.value(isObject(media) ? media.schema : undefined, 'body');
    if (isTaken(value, authorization)) return { type, text: latin(JSON.stringify(value)) };
  }
}

/** Requests are kept as text with a character a byte. */
const latin = (text: string): string => Buffer.from(text).toString('latin1');

const texted = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // What is half a character can't be written into an address.
  return text.isWellFormed() ? text : 'ill';
};
