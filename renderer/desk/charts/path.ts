/** Paths of lines and areas. Where nothing was measured there is a gap and never a line across it. */

export interface Place {
  x: number;
  /** Null: nothing is known here. */
  y: number | null;
}

/** What is known from one gap to the next. */
export interface Curve {
  line: string;
  /** Closed, down to the ground. */
  area: string;
}

/** Fine enough for a small plot that is stretched over its box. */
export const tenth = (n: number): number => Math.round(n * 10) / 10;
/** A thousandth of a pixel: what more digits say is not seen, and makes paths long. */
const written = (n: number): number => Math.round(n * 1_000) / 1_000;
const at = (x: number, y: number): string => `${written(x)} ${written(y)}`;

type Known = Place & { y: number };

function stretchesOf(places: readonly Place[]): readonly Known[][] {
  const stretches: Known[][] = [];
  let open: Known[] | null = null;
  for (const { x, y } of places) {
    if (y === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      stretches.push(open);
    }
    open.push({ x, y });
  }
  return stretches;
}

/**
 * One curve for each stretch without a gap.
 *
 * @param loneWidth how wide a dash stands for a place between two gaps; at 0 it isn't seen
 */
export function curvesThrough(
  places: readonly Place[],
  { groundY, loneWidth }: { groundY: number; loneWidth: number },
): readonly Curve[] {
  return stretchesOf(places).flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const lone = rest.length === 0;
    const fromX = lone ? first.x - loneWidth / 2 : first.x;
    const between = lone ? `H${written(first.x + loneWidth / 2)}` : rest.map(({ x, y }) => `L${at(x, y)}`).join('');
    const line = `M${at(fromX, first.y)}${between}`;
    return [{ line, area: `${line}V${written(groundY)}H${written(fromX)}Z` }];
  });
}

/** A line with its gaps, as one path. */
export const lineThrough = (places: readonly Place[]): string =>
  curvesThrough(places, { groundY: 0, loneWidth: 0 })
    .map(({ line }) => line)
    .join('');

/** What lies between an upper and a lower line, closed. */
export function bandBetween(places: readonly { x: number; upperY: number; lowerY: number }[]): string {
  const there = places.map(({ x, upperY }) => at(x, upperY));
  const back = places.map(({ x, lowerY }) => at(x, lowerY)).reverse();
  return `M${[...there, ...back].join('L')}Z`;
}

export const across = (y: number, { from, to }: { from: number; to: number }): string =>
  `M${at(from, y)}H${written(to)}`;
export const upright = (x: number, { from, to }: { from: number; to: number }): string =>
  `M${at(x, from)}V${written(to)}`;
