/** Ten thousand show files that were mutated in their structure: each is imported whole, or refused with line, field and reason. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freeze, whatIsMissing } from '../../shared/domain/cue-rules.ts';
import { evolveEntry } from '../../shared/domain/evolve.ts';
import { EMPTY_SHOW } from '../../shared/domain/show-state.ts';
import { FILE_BOUNDS, valueBeyond } from '../../shared/protocol/bounds.ts';
import { ShowFile } from '../../shared/protocol/show-file.ts';
import { readShowFile } from './show-file-reader.ts';

const SEED = 20_261_128;
const ROUNDS = 10_000;
/** Of one file; a start that takes longer is noticed. A busy machine is slow once, never twice with the same file. */
const MOST_MS = 500;

const dir = mkdtempSync(join(tmpdir(), 'show-fuzz-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const path = join(dir, 'show.json');
const sample = readFileSync(new URL('../../resources/saturday-finale.json', import.meta.url), 'utf8');

/** mulberry32: the same mutations in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Random = ReturnType<typeof randomFrom>;

const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.5,
  1e308,
  9e15,
  -9e15,
  2 ** 53,
  '',
  ' ',
  '\u200b',
  '\u001b[2J',
  '\ud800',
  '\u202e',
  'e\u0301',
  '👨‍👩‍👧',
  'a b',
  '../../etc',
  '__proto__',
  'constructor',
  'javascript:alert(1)',
  'file:///etc/passwd',
  '9999-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  'x'.repeat(10_000),
  [],
  {},
  [[]],
  [null],
  { id: 'a' },
  { at: 1 },
  { after: 'nobody' },
  { after: 'opening', offsetMs: 1 },
  Array.from({ length: 600 }, () => ({})),
];
const KEYS = [
  'id',
  'kind',
  'text',
  'Text',
  'optoins',
  'options',
  'min',
  'max',
  'trigger',
  'after',
  'live',
  '__proto__',
  'toString',
  '',
  'é',
];

/** Every place in a value that a mutation can take, as its holder and key. */
function placesIn(value: Json, found: { holder: Json[] | { [key: string]: Json }; key: string | number }[] = []) {
  if (Array.isArray(value)) {
    value.forEach((inner, key) => {
      found.push({ holder: value, key });
      placesIn(inner, found);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      found.push({ holder: value, key });
      placesIn(inner, found);
    }
  }
  return found;
}

function put(holder: Json[] | { [key: string]: Json }, key: string | number, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

const pick = <T>(random: Random, all: readonly T[]): T => all[random(all.length)] as T;

function mutateValue(show: Json, random: Random): void {
  const places = placesIn(show);
  if (places.length === 0) return;
  const { holder, key } = pick(random, places);
  const other = pick(random, places);
  const value = (holder as { [key: string]: Json })[key] ?? null;
  switch (random(7)) {
    case 0:
      put(holder, key, structuredClone(pick(random, ODD)));
      break;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 2:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value));
      else put(holder, pick(random, KEYS), structuredClone(value));
      break;
    case 3:
      put(other.holder, other.key, structuredClone(value));
      break;
    case 4:
      put(
        holder,
        key,
        typeof value === 'number' ? value * pick(random, [-1, 0, 0.1, 10, 1e9]) : [structuredClone(value)],
      );
      break;
    case 5:
      put(
        holder,
        key,
        typeof value === 'string' ? value + String(pick(random, ODD)) : { value: structuredClone(value) },
      );
      break;
    case 6: {
      let deep: Json = value;
      for (let i = random(60); i > 0; i--) deep = i % 2 === 0 ? [deep] : { deep };
      put(holder, key, deep);
    }
  }
}

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\n',
  '\u0000',
  '\ufeff',
  '"text":"x",',
  '1e999',
  'NaN',
  '/*',
  '-',
  '\\ud800',
];

function mutateBytes(text: string, random: Random): Buffer {
  const at = random(text.length);
  switch (random(5)) {
    case 0:
      return Buffer.from(text.slice(0, at));
    case 1:
      return Buffer.from(text.slice(0, at) + text.slice(at + 1 + random(40)));
    case 2:
      return Buffer.from(text.slice(0, at) + pick(random, PIECES) + text.slice(at));
    case 3: {
      const bytes = Buffer.from(text);
      bytes[random(bytes.length)] = random(256);
      return bytes;
    }
    default:
      return Buffer.from(text.slice(0, at) + text.slice(random(text.length)));
  }
}

/** A file, and whether it is still JSON for sure. */
function mutated(random: Random): Buffer {
  const show = JSON.parse(sample) as Json;
  for (let i = 1 + random(3); i > 0; i--) mutateValue(show, random);
  const text = JSON.stringify(show, null, random(3));
  return random(4) === 0 ? mutateBytes(text, random) : Buffer.from(text);
}

test('is imported whole or refused with line, field and reason, at once, and nothing is changed', {
  timeout: 120_000,
}, () => {
  const random = randomFrom(SEED);
  const outcomes = { show: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = mutated(random);
    writeFileSync(path, bytes);
    const startedMs = performance.now();
    let reading = readShowFile(path);
    if (performance.now() - startedMs > MOST_MS) {
      const againMs = performance.now();
      reading = readShowFile(path);
      expect(performance.now() - againMs, `round ${round}`).toBeLessThan(MOST_MS);
    }
    outcomes[reading.kind]++;
    expect(readFileSync(path).equals(bytes)).toBe(true);
    if (reading.kind === 'refused') {
      const { message } = reading;
      expect(message, `round ${round}`).toMatch(
        /^The show file \S+ (is no JSON|can't be (used|read)):\s+line \d+: .*\S/,
      );
      // A line for each fault names its field, too.
      if (message.includes("can't be used:\n")) expect(message).toMatch(/\n {2}line \d+: [^:]+: \S/);
      expect(message.length).toBeLessThan(60_000);
      expect(message).not.toMatch(/(?!\n)\p{Cc}/u);
      continue;
    }
    const { show } = reading;
    // What was taken can be kept, sent and folded in, and is taken again as it is.
    const kept = JSON.parse(JSON.stringify(show));
    expect(valueBeyond(kept, FILE_BOUNDS)).toBeNull();
    expect(ShowFile.parse(kept), `round ${round}`).toEqual(kept);
    const act = { actor: 'file', source: 'file', commandId: 'c', atMs: 0 };
    const event = { type: 'show.imported', show: kept, mode: 'live', showId: 's' } as const;
    const state = evolveEntry(EMPTY_SHOW, [event], { seq: 1, act });
    expect(state.cues).toHaveLength(show.cues.length);
    for (const { intake, text } of Object.values(state.runs)) {
      if (intake !== 'ready') continue;
      expect(text.text.trim()).not.toBe('');
      expect(new Set(text.options.map((option) => option.text)).size).toBe(text.options.length);
      expect(text.max).toBeLessThanOrEqual(Math.max(1, text.options.length));
    }
    for (const cue of show.cues) expect(freeze(cue).link ?? 'https://').toMatch(/^https?:\/\//i);
    expect(show.cues.filter((cue) => whatIsMissing(cue) === null).length).toBe(
      Object.values(state.runs).filter(({ intake }) => intake === 'ready').length,
    );
  }
  // Mutations that always break the file, or never, would find nothing.
  expect(outcomes.show).toBeGreaterThan(ROUNDS / 10);
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 3);
});
