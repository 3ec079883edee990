/** Calls that an OpenAPI document describes, each answer held against it: status, headers, media type and body. */
import { type ApiDocument, isObject, type Json, type JsonObject, type Place } from './api-document.ts';

export interface Call {
  method: 'get' | 'post' | 'head' | 'options';
  /** As the document names it: `/v1/state`, `/api/v1/polls/{id}/recount`. */
  path: string;
  parameters?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Null: none. */
  token?: string | null;
  body?: Sent | null;
}

export interface Sent {
  type: string;
  text: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}

/** Headers that mean something to a client; where one comes, the document has to say so. */
const TELLING = /^(etag|retry-after|cache-control|vary|upgrade|location|set-cookie|access-control-.*|x-accel-.*)$/;
const CALL_MS = 10_000;

export class OpenApiClient {
  readonly document: ApiDocument;
  /** `get /v1/state 200` for every answer that was held against the document and agreed. */
  readonly seen = new Set<string>();
  readonly #origin: string;

  constructor(document: ApiDocument, origin: string) {
    this.document = document;
    this.#origin = origin;
  }

  /** JSON for a call's body, held against the document first. @throws when it isn't what the call takes */
  body({ method, path }: Pick<Call, 'method' | 'path'>, value: Json, type = 'application/json'): Sent {
    const place = ['paths', path, method, 'requestBody', 'content', type, 'schema'];
    if (this.document.get(place) === undefined) throw new Error(`${path} takes no ${type}`);
    const faults = this.document.faults(place, value);
    if (faults.length > 0) throw new Error(`the document doesn't take this: ${faults.join('; ')}`);
    return { type, text: JSON.stringify(value) };
  }

  /** @throws with every way in which the answer differs from the document */
  async call(call: Call): Promise<Answer> {
    const response = await this.open(call, AbortSignal.timeout(CALL_MS));
    const text = await response.text();
    return this.judge(call, response, text);
  }

  /** The bare answer, its body not read yet. */
  open(
    { method, path, parameters = {}, query = {}, headers = {}, token = null, body = null }: Call,
    signal: AbortSignal,
  ) {
    if (this.document.get(['paths', path, method]) === undefined)
      throw new Error(`no ${method} ${path} in the document`);
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
    const search = new URLSearchParams(query).toString();
    return fetch(`${this.#origin}${filled}${search === '' ? '' : `?${search}`}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      headers: {
        connection: 'close',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === null ? {} : { 'content-type': body.type }),
        ...headers,
      },
      ...(body === null ? {} : { body: body.text }),
      signal,
    });
  }

  /** Holds an answer against the document. */
  judge({ method, path }: Call, { status, headers }: Pick<Response, 'status' | 'headers'>, text: string): Answer {
    // What HEAD answers is documented as GET's, without a body.
    const isHead = method === 'head';
    const responses = ['paths', path, isHead ? 'get' : method, 'responses'];
    const found = this.document.find([...responses, String(status)]) ?? this.document.find([...responses, 'default']);
    if (found === null) throw new Error(`${method} ${path} answered ${status}, which is not documented: ${text}`);
    const faults = [...this.#headerFaults(found.place, headers)];
    let body: Json = text;
    const content = this.document.get([...found.place, 'content']);
    if (isHead || !isObject(content)) {
      if (text !== '') faults.push(`a body came where none is documented: ${text}`);
    } else {
      const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
      const schema = this.document.find([...found.place, 'content', type, 'schema']);
      if (schema === null) faults.push(`${type} is no documented media type`);
      else {
        if (/[/+]json$/.test(type)) body = JSON.parse(text) as Json;
        faults.push(...this.document.faults(schema.place, body));
      }
    }
    const name = `${method} ${path} ${status}`;
    if (faults.length > 0) throw new Error(`${name} differs from the document: ${faults.join('; ')}\n${text}`);
    this.seen.add(name);
    return { status, headers, body };
  }

  /** Every answer that the document promises, as in `seen`. */
  documented(): string[] {
    return Object.entries(this.document.object(['paths'])).flatMap(([path, calls]) =>
      Object.keys(calls as JsonObject).flatMap((method) =>
        Object.keys(this.document.object(['paths', path, method, 'responses'])).map(
          (status) => `${method} ${path} ${status}`,
        ),
      ),
    );
  }

  #headerFaults(response: Place, headers: Headers): string[] {
    const documented = Object.keys((this.document.get([...response, 'headers']) ?? {}) as JsonObject);
    const faults: string[] = [];
    for (const name of documented) {
      const place = this.document.find([...response, 'headers', name]);
      if (place === null) throw new Error(`the header ${name} is described nowhere`);
      const value = headers.get(name);
      if (value === null) {
        if ((place.value as JsonObject).required !== false) faults.push(`the header ${name} is missing`);
        continue;
      }
      faults.push(...this.document.faults([...place.place, 'schema'], value).map((fault) => `${name}: ${fault}`));
    }
    const lower = new Set(documented.map((name) => name.toLowerCase()));
    for (const name of headers.keys()) {
      if (TELLING.test(name) && !lower.has(name)) faults.push(`the header ${name} is not documented`);
    }
    return faults;
  }
}
