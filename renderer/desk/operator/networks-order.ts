/** The order of rows whose figures change every second: by rank, and calm. */

export interface Ranked {
  key: string;
  /** Compared one after another, the larger first. */
  by: readonly [number, number];
}

/** Two that grow side by side would change places every second: it takes this much more, of the one above, to pass it. */
const PASSES_BY = 0.02;

/** What decides between two: the first rank in which they differ. */
function difference(a: Ranked, b: Ranked): readonly [number, number] {
  return a.by[0] === b.by[0] ? [a.by[1], b.by[1]] : [a.by[0], b.by[0]];
}

function isMore(a: Ranked, b: Ranked): boolean {
  const [own, other] = difference(a, b);
  return own > other;
}

function passes(below: Ranked, above: Ranked): boolean {
  const [own, other] = difference(below, above);
  return own > other * (1 + PASSES_BY);
}

/**
 * The rows in the order in which they stand, given that in which they stood (by key): a row moves only past one that it really
 * overtook, a new one goes where it belongs, equals keep their places.
 */
export function keptOrder<T extends Ranked>(before: readonly string[], rows: readonly T[]): readonly T[] {
  const place = new Map(before.map((key, i) => [key, i]));
  const known = rows.filter(({ key }) => place.has(key));
  const order = known.sort((a, b) => (place.get(a.key) ?? 0) - (place.get(b.key) ?? 0));
  for (let moved = true; moved; ) {
    moved = false;
    for (let i = 1; i < order.length; i += 1) {
      const [above, below] = [order[i - 1], order[i]];
      if (above === undefined || below === undefined || !passes(below, above)) continue;
      order[i - 1] = below;
      order[i] = above;
      moved = true;
    }
  }
  for (const row of rows) {
    if (place.has(row.key)) continue;
    const at = order.findIndex((other) => isMore(row, other));
    order.splice(at < 0 ? order.length : at, 0, row);
  }
  return order;
}
