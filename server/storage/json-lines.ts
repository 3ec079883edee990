/** Where in a JSON text its values stand, so that a person who wrote it by hand is sent to the right place. */

export type JsonPath = readonly PropertyKey[];

export interface RepeatedKey {
  /** Of the object that names the key twice. */
  path: JsonPath;
  key: string;
  /** Of the second time, from 1. */
  line: number;
}

export interface JsonLines {
  /** Of each wanted path, from 1; of the nearest value above where a path leads nowhere (a field that is missing). */
  lines: number[];
  /** Keys that an object names again: `JSON.parse` takes the last value and says nothing. The first ones found. */
  repeated: RepeatedKey[];
}

/** A tree of the wanted paths, so that one reading of the text finds all of them. */
interface Wanted {
  indexes: number[];
  below: Map<PropertyKey, Wanted>;
}

const MOST_REPEATED = 20;

function treeOf(paths: readonly JsonPath[]): Wanted {
  const root: Wanted = { indexes: [], below: new Map() };
  paths.forEach((path, index) => {
    let node = root;
    for (const key of path) {
      const next = node.below.get(key) ?? { indexes: [], below: new Map() };
      node.below.set(key, next);
      node = next;
    }
    node.indexes.push(index);
  });
  return root;
}

/** All paths that lead to a place or on from it. */
function indexesOf({ indexes, below }: Wanted): number[] {
  return [...indexes, ...[...below.values()].flatMap(indexesOf)];
}

/**
 * Reads the text once, however many paths are wanted.
 *
 * @param text what `JSON.parse` has taken, and within the bounds for files: it calls itself for each level
 * @param paths keys and indexes from the root, as zod names them
 */
export function linesOf(text: string, paths: readonly JsonPath[]): JsonLines {
  let at = 0;
  let countedTo = 0;
  let line = 1;
  const lines = paths.map(() => 1);
  const repeated: RepeatedKey[] = [];
  const way: PropertyKey[] = [];

  function lineHere(): number {
    for (; countedTo < at; countedTo++) if (text.charCodeAt(countedTo) === 0x0a) line++;
    return line;
  }
  function skipSpace(): void {
    while (' \t\r\n'.includes(text[at] ?? 'x')) at++;
  }
  function string(): string {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(start, ++at));
  }
  function value(wanted: Wanted | null): void {
    skipSpace();
    if (wanted !== null) {
      const here = lineHere();
      // What leads on from here and is not found keeps this line. The innermost comes last.
      for (const index of indexesOf(wanted)) lines[index] = here;
    }
    const open = text[at];
    if (open === '"') string();
    else if (open === '{' || open === '[') container(open === '{', wanted);
    else while (/[^\s,\]}]/.test(text[at] ?? ',')) at++;
  }
  function container(isObject: boolean, wanted: Wanted | null): void {
    const close = isObject ? '}' : ']';
    const keys = new Set<string>();
    at++;
    skipSpace();
    for (let index = 0; text[at] !== close; index++) {
      let key: PropertyKey = index;
      if (isObject) {
        key = string();
        if (keys.has(key) && repeated.length < MOST_REPEATED) repeated.push({ path: [...way], key, line: lineHere() });
        keys.add(key);
        skipSpace();
        at++;
      }
      way.push(key);
      value(wanted?.below.get(key) ?? null);
      way.pop();
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
  }
  value(treeOf(paths));
  return { lines, repeated };
}

/** The line, from 1, of a place in a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/**
 * Where a text stops being the beginning of JSON; its end when only something is missing there. `JSON.parse` itself
 * names the place for some faults only, so it is asked about ever shorter beginnings.
 *
 * @param text not JSON
 */
export function faultOffset(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (couldGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether more text could make it JSON: it is JSON already, or the fault found is that it ends. */
function couldGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined ? message.startsWith('Unexpected end') : Number(position) >= beginning.length;
  }
}
