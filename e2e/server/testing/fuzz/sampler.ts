/** Values that a JSON schema takes, and now and then something else in their place. */
import type { SeededRandom } from '../seeded-random.ts';
import { type ApiDocument, isObject, type Json, type JsonObject } from '../stranger/api-document.ts';

/** How many of a hundred values are something else. */
const ODD_OF_100 = 4;
const MOST_ITEMS = 3;

const deep = (levels: number): Json => {
  let value: Json = [];
  for (let n = 0; n < levels; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
};

export const ODD_VALUES: readonly Json[] = [
  ...[null, true, 0, -1, 0.5, 1e308, 2 ** 53, Number.MIN_SAFE_INTEGER],
  ...[
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    '\u{1F469}\u200d\u{1F469}',
    '<script>',
    '%s%n',
    '../../x',
    'x'.repeat(400),
  ],
  ...['__proto__', 'constructor', 'toString', 'then', 'length'],
  ...[[], {}, [[]], [null], { length: 1e9 }, deep(31), deep(200)],
  ...(JSON.parse('[{"__proto__":{"a":1}},{"then":1}]') as Json[]),
  { _placeholder: true, num: 0 },
];

export interface SamplerOptions {
  document: ApiDocument;
  random: SeededRandom;
  /** Texts and numbers that mean something to the server, for fields of these names. */
  words: Readonly<Record<string, readonly string[]>>;
}

export class Sampler {
  readonly #options: SamplerOptions;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** @param name of the field that it is for */
  value(schema: Json | undefined, name: string): Json {
    const { random } = this.#options;
    const { resolved } = this.#resolved(schema);
    if (resolved === null || random.between(0, 99) < ODD_OF_100) return random.pick(ODD_VALUES);
    const choice = resolved.oneOf ?? resolved.anyOf;
    if (Array.isArray(choice)) return this.value(random.pick(choice), name);
    if (Array.isArray(resolved.allOf)) {
      const parts = resolved.allOf.map((part) => this.value(part, name));
      return parts.every(isObject) ? Object.assign({}, ...parts) : (parts[0] ?? null);
    }
    if (Array.isArray(resolved.enum)) return random.pick(resolved.enum);
    if ('const' in resolved) return resolved.const ?? null;
    return this.#ofType(resolved, name);
  }

  #resolved(schema: Json | undefined): { resolved: JsonObject | null } {
    if (!isObject(schema)) return { resolved: null };
    if (typeof schema.$ref !== 'string') return { resolved: Object.keys(schema).length === 0 ? null : schema };
    const found = this.#options.document.get(schema.$ref.split('/').slice(1));
    return { resolved: isObject(found) ? found : null };
  }

  #ofType(schema: JsonObject, name: string): Json {
    const { random } = this.#options;
    switch (Array.isArray(schema.type) ? random.pick(schema.type) : schema.type) {
      case 'object':
        return this.#object(schema);
      case 'array': {
        const least = Number(schema.minItems ?? 0);
        return Array.from({ length: random.between(least, least + MOST_ITEMS) }, () => this.value(schema.items, name));
      }
      case 'integer':
      case 'number':
        return this.#number(schema, name);
      case 'boolean':
        return random.between(0, 1) === 0;
      case 'string':
        return this.#text(schema, name);
      default:
        return null;
    }
  }

  #object({ properties, required }: JsonObject): JsonObject {
    const { random } = this.#options;
    const must = new Set(Array.isArray(required) ? required : []);
    const fields = Object.entries(isObject(properties) ? properties : {}).filter(([field]) =>
      must.has(field) ? random.between(0, 99) >= ODD_OF_100 : random.between(0, 2) === 0,
    );
    const object: JsonObject = Object.fromEntries(fields.map(([field, schema]) => [field, this.value(schema, field)]));
    if (random.between(0, 99) < ODD_OF_100) object[`x${random.between(0, 9)}`] = random.pick(ODD_VALUES);
    return object;
  }

  #number({ minimum, maximum }: JsonObject, name: string): Json {
    const { random, words } = this.#options;
    if (name === 'clientTimeMs') return Date.now();
    const meaning = words[name];
    if (meaning !== undefined) return Number(random.pick(meaning));
    const from = typeof minimum === 'number' ? minimum : random.pick([0, 0, -1_000]);
    const to = typeof maximum === 'number' ? maximum : random.pick([3, 1_000, Date.now()]);
    return random.pick([from, to, random.between(from, to), Math.max(from, Math.min(to, 1))]);
  }

  #text({ format, maxLength }: JsonObject, name: string): string {
    const { random, words } = this.#options;
    if (format === 'uuid') return uuid(random);
    if (format === 'date-time') return new Date(Date.now() + random.between(-3_600_000, 3_600_000)).toISOString();
    const meaning = words[name];
    if (meaning !== undefined) return random.pick(meaning);
    return random.pick([
      'a',
      'Who wins?',
      'x'.repeat(random.between(1, typeof maxLength === 'number' ? maxLength : 99)),
    ]);
  }
}

export function uuid(random: SeededRandom): string {
  const hex = Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
