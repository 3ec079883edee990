/** Whole numbers, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

const MAX_STRETCHES = 12;

/** Whole numbers in words that stay short: `3, 7 to 9 and 14`. */
export function numberRanges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const n of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && n === last.to + 1) last.to = n;
    else stretches.push({ from: n, to: n });
  }
  return stretchWords(stretches);
}

/** At most 12 stretches, then how many numbers more. */
export function stretchWords(stretches: readonly Stretch[]): string {
  const shown = stretches.slice(0, MAX_STRETCHES);
  const left = stretches.slice(MAX_STRETCHES).reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const words = shown.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  if (left > 0) words.push(`${left} more`);
  const end = words.pop() ?? 'none';
  return words.length === 0 ? end : `${words.join(', ')} and ${end}`;
}

/** What of a stretch is not among these numbers, which are sorted. */
export function gapsIn({ from, to }: Stretch, present: readonly number[]): Stretch[] {
  const gaps: Stretch[] = [];
  let next = from;
  for (const n of [...present, to + 1]) {
    if (n > next) gaps.push({ from: next, to: Math.min(n - 1, to) });
    next = Math.max(next, n + 1);
  }
  return gaps;
}
