/** Which words fit beside each other over a chart. */

export interface Label {
  /** Where its mark stands, px. */
  x: number;
  words: string;
  /** Words that end at the mark instead of beginning there. */
  ends: boolean;
}

/** Of a character beside the height of its type: the widest that is common in labels. */
const CHARACTER_EM = 0.53;
const BETWEEN_PX = 10;

/** @param typePx height of the type */
export const widthOf = (words: string, typePx: number): number => words.length * CHARACTER_EM * typePx;

/**
 * Keeps the words that have room, in the order of their importance; the mark of one that has none stays without words. Words
 * that would leave the plot at its right end before their mark.
 */
export function fitting<L extends Label>(
  labels: readonly L[],
  { rightPx, typePx }: { rightPx: number; typePx: number },
): readonly (L & { said: boolean })[] {
  const taken: { from: number; to: number }[] = [];
  return labels.map((label) => {
    const width = widthOf(label.words, typePx);
    const ends = label.ends || label.x + width > rightPx;
    const from = ends ? label.x - width : label.x;
    const to = from + width;
    const said = !taken.some((other) => from < other.to + BETWEEN_PX && other.from < to + BETWEEN_PX);
    if (said) taken.push({ from, to });
    return { ...label, ends, said };
  });
}

/** Left and right of the words of a tag, inside of its ground. */
const TAG_PX = 6;
/** Of words that have a ground of their own. */
export const tagWidthOf = (words: string, typePx: number): number => widthOf(words, typePx) + 2 * TAG_PX;

/** Where the middle of what is `width` wide is, that would like it at `x`: never so that it leaves the plot. */
export const middleWithin = (x: number, width: number, { left, right }: { left: number; right: number }): number =>
  Math.min(right - width / 2, Math.max(left + width / 2, x));

/** Where the middle of what is `width` wide is, that stands after `x`, or before it where it would leave the plot. */
export const middleBeside = (x: number, width: number, { right }: { right: number }): number =>
  x + width > right ? x - width / 2 : x + width / 2;
