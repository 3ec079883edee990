/** An API document, read by somebody who has nothing else. This folder imports nothing of the product. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys of a place in a document, from its root. */
export type Place = readonly string[];

const DOCUMENT = 'document';

export class ApiDocument {
  readonly json: JsonObject;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  /** `path`: from the project's root. */
  constructor(path: string) {
    const json = JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')) as Json;
    if (!isObject(json)) throw new Error(`${path} is no document`);
    this.json = json;
    formats.default(this.#ajv);
    this.#ajv.addSchema(closed(json) as JsonObject, DOCUMENT);
  }

  /** What stands at a place, references followed; undefined where nothing does. */
  get(place: Place): Json | undefined {
    const found = this.find(place);
    return found === null ? undefined : found.value;
  }

  /** @throws when no object stands there */
  object(place: Place): JsonObject {
    const value = this.get(place);
    if (!isObject(value)) throw new Error(`the document has no ${place.join(' ')}`);
    return value;
  }

  /** Like `get`, with the place that references led to; null where nothing stands. */
  find(place: Place): { place: Place; value: Json } | null {
    let at: Place = [];
    let value: Json = this.json;
    for (const key of place) {
      if (typeof value !== 'object' || value === null) return null;
      const next: Json | undefined = (value as JsonObject)[key];
      if (next === undefined) return null;
      at = [...at, key];
      value = next;
      while (isObject(value) && typeof value.$ref === 'string') {
        at = placeOf(value.$ref);
        value = this.get(at) ?? null;
      }
    }
    return { place: at, value };
  }

  /** What is wrong with a value, by the schema at a place; a field that the schema doesn't name is wrong too. */
  faults(place: Place, value: unknown): string[] {
    const pointer = place.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    let validate = this.#compiled.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
      this.#compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

function placeOf(reference: string): Place {
  const keys = reference.split('/').slice(1);
  return keys.map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The document with every object schema shut: what it doesn't name isn't allowed. Schemas that only narrow another one
 * (inside `allOf`, without a reference) stay open, and what the document leaves open (`{}`) is shut too: a show of the
 * tests has no fields of its own.
 */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, part] of Object.entries(value)) {
    if (key === 'examples' || key === 'example') continue;
    copy[key] = key === 'allOf' && Array.isArray(part) ? part : closed(part);
  }
  if (copy.type !== 'object' || !isObject(copy.properties)) return copy;
  const { additionalProperties: _open, ...rest } = copy;
  return { ...rest, unevaluatedProperties: false };
}
