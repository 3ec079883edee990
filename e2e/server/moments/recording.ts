/** The recorded answers of a moment: read, compared field by field, and with `TALLYROOM_RECORD=1` written anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Json } from './plain-names.ts';

const FOLDER = new URL('recorded/', import.meta.url);
const LINE = 120;
const MOST_TOLD = 20;

export interface Difference {
  path: string;
  before: string;
  after: string;
}

/** Fails with every field that is not as it was recorded; or records it. */
export function expectAsRecorded(moment: string, now: Json): void {
  const file = new URL(`${moment.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.json`, FOLDER);
  if (process.env.TALLYROOM_RECORD === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, `${written(now, '')}\n`);
    return;
  }
  if (!existsSync(file)) throw new Error(`“${moment}” is not recorded; TALLYROOM_RECORD=1 records it`);
  const differences = differencesOf(JSON.parse(readFileSync(file, 'utf8')) as Json, now);
  const told = differences.slice(0, MOST_TOLD).map((one) => {
    return `  ${one.path}\n    before: ${one.before}\n    after:  ${one.after}`;
  });
  if (differences.length > MOST_TOLD) told.push(`  and ${differences.length - MOST_TOLD} more`);
  if (told.length > 0) throw new Error(`“${moment}” is not as it was recorded:\n${told.join('\n')}`);
}

/** Every field that differs, is new or is gone, and every object whose keys come in another order. */
export function differencesOf(before: Json, after: Json, path = ''): Difference[] {
  const at = path === '' ? '(all)' : path;
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
    const inner = [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
      const below = Array.isArray(after) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      const [one, other] = [was.get(key), is.get(key)];
      if (one === undefined || other === undefined) return [{ path: below, before: shown(one), after: shown(other) }];
      return differencesOf(one, other, below);
    });
    const [order, newOrder] = [was, is].map((keys) => [...keys.keys()].filter((key) => was.has(key) && is.has(key)));
    if (order?.join() === newOrder?.join()) return inner;
    return [...inner, { path: `${at}, order of keys`, before: order?.join() ?? '', after: newOrder?.join() ?? '' }];
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ path: at, before: shown(before), after: shown(after) }];
}

function isBranch(value: Json): value is Json[] | { [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function shown(value: Json | undefined): string {
  return value === undefined ? '(absent)' : JSON.stringify(value);
}

/** JSON with what fits on one line on one line, to be read by people and compared by git. */
function written(value: Json, indent: string): string {
  const flat = JSON.stringify(value);
  if (!isBranch(value) || indent.length + flat.length <= LINE) return flat;
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((one) => written(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${written(one, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close}`;
}
