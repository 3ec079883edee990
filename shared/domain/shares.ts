/**
 * How counts become the percentages that people read. They are rounded here, once: what stands on the wire is what is printed
 * on phones, desks, overlays and in files, and whoever adds the figures of a screen up finds 100.0 where that can be had.
 */
import type { OptionId } from '../protocol/ids.ts';

/** Percentages have one decimal, so the whole has a thousand steps. */
const WHOLE = 1_000;

/** Options with the same count, which print the same. */
interface Equals {
  count: number;
  size: number;
}

/**
 * Each count's share of `total`, 0 to 1 in whole thousandths: the percentage that is printed, ÷ 100. In this order: equal
 * counts print equally; never 0.0 for some, never 100.0 for less than all, never more for fewer votes; the sum is 100.0
 * where these allow (the remainders go to whole groups of equals, the largest remainder first, ties in the order given); else
 * the nearest. Where voters may choose more than one option the counts don't add up to `total`, and neither do the shares.
 */
export function sharesOf(counts: readonly number[], total: number): readonly number[] {
  const sizes = new Map<number, number>();
  for (const count of counts) if (count > 0) sizes.set(count, (sizes.get(count) ?? 0) + 1);
  const groups = [...sizes].map(([count, size]) => ({ count, size }));
  const addUp = groups.reduce((sum, { count, size }) => sum + count * size, 0) === total;
  const steps = addUp ? apportioned(groups, WHOLE) : null;
  return counts.map((count) => (steps === null ? shareOf(count, total) : (steps.get(count) ?? 0) / WHOLE));
}

/** The share of one count alone: the nearest thousandth, but 0 for none only and 1 for all only. */
export function shareOf(count: number, total: number): number {
  if (count <= 0 || total <= 0) return 0;
  if (count >= total) return 1;
  const nearest = Math.floor((2 * WHOLE * count + total) / (2 * total));
  return Math.min(WHOLE - 1, Math.max(1, nearest)) / WHOLE;
}

/** `55.6`: a share of `sharesOf`, as it is printed, without its sign. */
export function shareText(share: number): string {
  const steps = Math.round(share * WHOLE);
  return `${Math.floor(steps / 10)}.${steps % 10}`;
}

/** How many of `whole` steps each count gets, so that all of them are given away; null where that can't be had. */
function apportioned(groups: readonly Equals[], whole: number): ReadonlyMap<number, number> | null {
  const votes = groups.reduce((sum, { count, size }) => sum + count * size, 0);
  const parts = groups.map(({ count, size }) => {
    const floor = Math.floor((whole * count) / votes);
    return { count, size, floor, given: Math.max(1, floor), remainder: (whole * count) % votes };
  });
  const left = parts.reduce((rest, { given, size }) => rest - given * size, whole);
  if (left < 0) return besideSmallest(parts, whole);
  const mayRise = parts.filter(({ floor, given }) => floor > 0 && given < WHOLE - 1);
  const raised = risers(mayRise, left);
  if (raised === null) return null;
  return new Map(parts.map(({ count, given }) => [count, raised.has(count) ? given + 1 : given]));
}

/** Many with next to nothing print 0.1 each, which is more than they have: that comes off the others, in proportion. */
function besideSmallest(parts: readonly (Equals & { floor: number })[], whole: number): Map<number, number> | null {
  const smallest = parts.filter(({ floor }) => floor === 0);
  const others = parts.filter(({ floor }) => floor > 0);
  const left = smallest.reduce((rest, { size }) => rest - size, whole);
  const rest = others.length > 0 && left > 0 ? apportioned(others, left) : null;
  return rest === null ? null : new Map([...smallest.map(({ count }) => [count, 1] as const), ...rest]);
}

interface Part extends Equals {
  floor: number;
  remainder: number;
}

/** Which groups get one step more, so that exactly `left` are given; null where whole groups don't come to that. */
function risers(parts: readonly Part[], left: number): ReadonlySet<number> | null {
  const inTurn = [...parts].sort((a, b) => b.remainder - a.remainder);
  const raised = new Set<number>();
  // Of two with the same floor, the one with fewer votes would otherwise print more than the one with more.
  const passedOver = new Set<number>();
  let toGive = left;
  inTurn.forEach((part, i) => {
    if (passedOver.has(part.floor)) return;
    const rest = inTurn.slice(i + 1).filter(({ floor }) => !passedOver.has(floor));
    if (part.size <= toGive && comesTo(rest, toGive - part.size)) {
      raised.add(part.count);
      toGive -= part.size;
    } else {
      passedOver.add(part.floor);
    }
  });
  return toGive === 0 ? raised : null;
}

/** Whether groups, of each floor the first ones, can be of just so many options together. */
function comesTo(parts: readonly Part[], wanted: number): boolean {
  const byFloor = new Map<number, number[]>();
  for (const { floor, size } of parts) {
    const sums = byFloor.get(floor) ?? [0];
    sums.push((sums.at(-1) ?? 0) + size);
    byFloor.set(floor, sums);
  }
  let reached = new Set([0]);
  for (const sums of byFloor.values()) {
    reached = new Set([...reached].flatMap((n) => sums.map((sum) => n + sum).filter((sum) => sum <= wanted)));
  }
  return reached.has(wanted);
}

/** As much of a count as a surface was given. */
interface SeenCount {
  options?: readonly { id: OptionId; share?: number | undefined; count?: number | undefined }[] | undefined;
  leads?: readonly OptionId[] | undefined;
}

/**
 * The options with the most votes: several where they are level, none before the first vote or where the surface may not know.
 * Counts decide: shares of 141,000 votes that are one vote apart print equally.
 */
export function leadersOf(tally: SeenCount | null): readonly OptionId[] {
  if (tally?.leads !== undefined) return tally.leads;
  const figures = (tally?.options ?? []).map(({ id, count, share }) => ({ id, figure: count ?? share ?? 0 }));
  const most = Math.max(0, ...figures.map(({ figure }) => figure));
  return most === 0 ? [] : figures.filter(({ figure }) => figure === most).map(({ id }) => id);
}
