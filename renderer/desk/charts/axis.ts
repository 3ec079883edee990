/** Axes that hold still: tops and steps that are round, and that only ever grow while one thing is drawn. */

/** Round tops and into how many parts each is divided, as multiples of a power of ten. */
const TOPS: readonly (readonly [top: number, parts: number])[] = [
  [1, 5],
  [2, 4],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 3],
  [8, 4],
  [10, 5],
];
/** Below this an axis of whole numbers has no round parts. */
const LEAST_TOP = 10;

/** The lowest round top that is not below any value; 10 at least. */
export function niceTop(most: number): number {
  const wanted = Math.max(LEAST_TOP, most);
  const ten = 10 ** Math.floor(Math.log10(wanted));
  const found = TOPS.find(([top]) => top * ten >= wanted);
  return (found?.[0] ?? 10) * ten;
}

/** The values written beside an axis that ends at a round top, from 0. */
export function ticksTo(top: number): readonly number[] {
  const ten = 10 ** Math.floor(Math.log10(top));
  const parts = TOPS.find(([one]) => Math.abs(one * ten - top) < ten / 100)?.[1] ?? 5;
  return Array.from({ length: parts + 1 }, (_, i) => (top * i) / parts);
}

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
const MOST_TIMES = 7;

/** Round times from 0 to `endS`, seven steps at most. */
export function timeTicks(endS: number): readonly number[] {
  const stepS = TIME_STEPS_S.find((step) => endS / step <= MOST_TIMES) ?? 14_400;
  return everyTick(stepS, endS);
}

/** Every `step` from 0 to `end`: for an axis that always shows the same. */
export const everyTick = (step: number, end: number): readonly number[] =>
  Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);

/** Where an axis of time ends that must hold `lastS`: some room after it, in whole steps of 5 s, or of a fiftieth of a long one. */
export function timeEnd(lastS: number): number {
  const stepS = Math.max(5, 5 * Math.ceil(lastS / 250));
  return Math.max(1, Math.ceil((lastS * 1.04) / stepS)) * stepS;
}

/** Time since GO: `0:04`, `1:07`, `1:02:03`. */
export function sinceGo(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(s / 60) % 60;
  const hours = Math.floor(s / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** Where bars that share a scale may end, as shares. */
const BAR_ENDS = [0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1];
/** A scale becomes shorter only when the longest bar would leave this much of it free. */
const SHRINK_AT = 0.8;

/**
 * The end of a scale of shares that holds the longest bar.
 *
 * @param before the end that is drawn now, or null
 */
export function barEnd(before: number | null, longest: number): number {
  const wanted = BAR_ENDS.find((end) => end >= longest) ?? 1;
  if (before === null || wanted >= before) return wanted;
  return longest <= wanted * SHRINK_AT ? wanted : before;
}
