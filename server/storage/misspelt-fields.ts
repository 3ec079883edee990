import { Cue, CueOption, ShowFile, Trigger } from '../../shared/protocol/show-file.ts';
import type { JsonPath } from './json-lines.ts';

/** A field that is kept as unknown, and is nearly the name of one that is known. */
export interface MisspeltField {
  path: JsonPath;
  meant: string;
}

/** As many letters apart is a slip of the hand, in a name of four or more. */
const SLIPS = 2;
const MAX_NAME = 40;

/** All fields of a show file that may be meant as others, in the file's order. Takes any value. */
export function misspeltFields(file: unknown): MisspeltField[] {
  const found: MisspeltField[] = [];
  const look = (value: unknown, known: readonly string[], path: JsonPath): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    for (const name of Object.keys(value)) {
      const meant = nearest(name, known);
      if (meant !== null) found.push({ path: [...path, name], meant });
    }
    return value as Record<string, unknown>;
  };
  const lookAtAll = (value: unknown, each: (inner: unknown, index: number) => void): void => {
    if (Array.isArray(value)) value.forEach(each);
  };
  const show = look(file, fieldsOf(ShowFile), []);
  lookAtAll(show.cues, (inner, i) => {
    const cue = look(inner, fieldsOf(Cue), ['cues', i]);
    lookAtAll(cue.options, (option, j) => look(option, fieldsOf(CueOption), ['cues', i, 'options', j]));
    look(cue.trigger, fieldsOf(Trigger), ['cues', i, 'trigger']);
    look(cue.live, fieldsOf(Cue.shape.live.unwrap()), ['cues', i, 'live']);
  });
  return found;
}

const fieldsOf = ({ shape }: { shape: Record<string, unknown> }): string[] => Object.keys(shape);

/** The known name that another one is nearly; null where it is known itself, or near to none. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.includes(name) || name.length > MAX_NAME) return null;
  const plain = plainOf(name);
  const same = known.find((other) => plainOf(other) === plain || plainOf(other) === `${plain}ms`);
  if (same !== undefined) return same;
  if (plain.length < 4) return null;
  const near = known
    .filter((other) => other.length >= 4)
    .map((other) => ({ other, apart: lettersApart(plain, plainOf(other)) }))
    .filter(({ other, apart }) => apart <= Math.min(SLIPS, Math.floor(other.length / 3)))
    .sort((a, b) => a.apart - b.apart);
  return near[0]?.other ?? null;
}

/** `Duration_MS` and `durationMs` are one name to whoever types them. */
const plainOf = (name: string): string => name.toLowerCase().replace(/[_\s-]/g, '');

/** Letters to put in, leave out, replace or swap with their neighbour, to make one name of another. */
function lettersApart(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + change);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwap) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
