import { FILE_BOUNDS, jsonBeyond } from '../../shared/protocol/bounds.ts';
import { printableLine } from '../../shared/protocol/normal-text.ts';
import { faultOffset, lineAt } from './json-lines.ts';
import { readTextFile } from './text-file.ts';

export type JsonFile =
  /** `text`: what it was read from, for lines. */
  | { kind: 'json'; value: unknown; text: string }
  | { kind: 'none' }
  /** `reason`: the end of a sentence that begins with the file's name, without its full stop. */
  | { kind: 'refused'; reason: string };

/** Every JSON file that a person may have touched is read through here: as UTF-8, and within bounds before it is parsed. */
export function readJsonFile(path: string): JsonFile {
  const file = readTextFile(path, FILE_BOUNDS.characters);
  if (file.kind !== 'text') return file;
  const { text } = file;
  const beyond = jsonBeyond(text, FILE_BOUNDS);
  if (beyond !== null) {
    return { kind: 'refused', reason: `can't be used: line ${lineAt(text, beyond.offset)}: it ${beyond.message}` };
  }
  try {
    return { kind: 'json', value: JSON.parse(text), text };
  } catch (error) {
    const line = lineAt(text, faultOffset(text));
    // It quotes the text.
    const why = printableLine((error as Error).message);
    return { kind: 'refused', reason: `is no JSON: line ${line}: ${why}` };
  }
}
