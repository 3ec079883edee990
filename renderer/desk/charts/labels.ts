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
