/**
 * How deep and how large a value from outside may be, judged before anything else looks at it: a schema, a copy and
 * `JSON.stringify` all call themselves for each level, and a value nested a few thousand deep ends whoever meets it, at the next
 * start too once it is stored.
 */
export interface Bounds {
  /** Objects and lists within one another; the outermost counts. */
  depth: number;
  /** Keys of objects and entries of lists, all together. */
  entries: number;
  /** Of a text: its length. Of a value: all its keys and texts, and the bytes of binary parts. */
  characters: number;
}

/** For every file that a person may have written. A show of 500 cues with 50 options each has 113,000 entries at most. */
export const FILE_BOUNDS: Bounds = { depth: 32, entries: 150_000, characters: 5_000_000 };

export interface BeyondBounds {
  what: keyof Bounds;
  /** The end of a sentence that begins with "it" or a name. */
  message: string;
}

function beyond(what: keyof Bounds, bounds: Bounds): BeyondBounds {
  const most = bounds[what].toLocaleString('en-US');
  switch (what) {
    case 'depth':
      return { what, message: `is nested more than ${most} deep` };
    case 'entries':
      return { what, message: `has more than ${most} fields and list entries` };
    case 'characters':
      return { what, message: `is longer than ${most} characters` };
  }
}

/**
 * Whether a value that JSON or a decoder made is beyond the bounds; null when it is within. Never calls itself, and looks at no
 * more than the bounds allow.
 */
export function valueBeyond(value: unknown, bounds: Bounds): BeyondBounds | null {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 1 }];
  let entries = 0;
  let characters = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') characters += value.length;
    else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) characters += value.byteLength;
    else if (typeof value === 'object' && value !== null) {
      if (depth > bounds.depth) return beyond('depth', bounds);
      // By the length alone, since a list may have holes; and key by key, since a list of a million keys is one itself.
      if (Array.isArray(value)) {
        entries += value.length;
        if (entries > bounds.entries) return beyond('entries', bounds);
        for (const inner of value) waiting.push({ value: inner, depth: depth + 1 });
      } else {
        for (const key in value) {
          if (!Object.hasOwn(value, key)) continue;
          entries++;
          characters += key.length;
          if (entries > bounds.entries) return beyond('entries', bounds);
          waiting.push({ value: value[key as keyof typeof value], depth: depth + 1 });
        }
      }
    }
    if (characters > bounds.characters) return beyond('characters', bounds);
  }
  return null;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * The same for JSON that nobody has parsed yet. A text that is no JSON gets some answer; a parser will say what is wrong with it.
 *
 * @returns also where it goes beyond, as an offset into the text
 */
export function jsonBeyond(text: string, bounds: Bounds): (BeyondBounds & { offset: number }) | null {
  if (text.length > bounds.characters) return { ...beyond('characters', bounds), offset: bounds.characters };
  let depth = 0;
  let entries = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
      continue;
    }
    if (code === QUOTE) inString = true;
    else if (code === COMMA) entries++;
    else if (code === 0x7b || code === 0x5b) {
      depth++;
      // The first entry has no comma before it.
      entries++;
    } else if (code === 0x7d || code === 0x5d) depth--;
    if (depth > bounds.depth) return { ...beyond('depth', bounds), offset: at };
    if (entries > bounds.entries) return { ...beyond('entries', bounds), offset: at };
  }
  return null;
}
