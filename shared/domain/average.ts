/** The average of a rating, as phones and desks print it. */
import type { OptionId } from '../protocol/ids.ts';

export interface Average {
  /** One decimal: `7.4` */
  text: string;
  /** The highest value that could be chosen. */
  most: number;
}

/**
 * Each option of a rating is the number that its text says.
 *
 * @param weightOf votes of an option, or its share; null where it is not known
 * @returns null where a weight is not known, nobody has voted, or an option is no number
 */
export function averageOf(
  options: readonly { id: OptionId; text: string }[],
  weightOf: (id: OptionId) => number | null,
): Average | null {
  let sum = 0;
  let all = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const { id, text } of options) {
    const value = Number(text);
    const weight = weightOf(id);
    if (weight === null || text.trim() === '' || !Number.isFinite(value)) return null;
    sum += value * weight;
    all += weight;
    most = Math.max(most, value);
  }
  return all === 0 ? null : { text: (sum / all).toFixed(1), most };
}
