/**
 * The line on which each value of a JSON text stands, so that a person who wrote a show file by hand is sent to the
 * right place. Only for text that `JSON.parse` has taken.
 *
 * @param path keys and indexes from the root, as zod names them
 * @returns the line, from 1; of the nearest value above where the path leads nowhere (a field that is missing)
 */
export function lineOfPath(text: string, path: readonly PropertyKey[]): number {
  let at = 0;
  let found = 0;

  function skipSpace(): void {
    while (/\s/.test(text[at] ?? '')) at++;
  }
  function string(): string {
    const start = at++;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    return JSON.parse(text.slice(start, ++at));
  }
  /** Reads one value; `depth` is how much of the path leads to it, or -1 off the path. */
  function value(depth: number): void {
    skipSpace();
    if (depth >= 0) found = at;
    const open = text[at];
    if (open === '"') {
      string();
      return;
    }
    if (open !== '{' && open !== '[') {
      while (/[^\s,\]}]/.test(text[at] ?? ',')) at++;
      return;
    }
    const close = open === '{' ? '}' : ']';
    at++;
    skipSpace();
    for (let index = 0; text[at] !== close; index++) {
      let key: PropertyKey = index;
      if (open === '{') {
        skipSpace();
        key = string();
        skipSpace();
        at++;
      }
      value(depth >= 0 && path[depth] === key ? depth + 1 : -1);
      skipSpace();
      if (text[at] === ',') at++;
      skipSpace();
    }
    at++;
  }
  value(0);
  return text.slice(0, found).split('\n').length;
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
