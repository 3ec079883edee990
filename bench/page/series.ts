/** Samples over a long run, as columns. */
export interface SampledSeries {
  atS: number[];
  /** By the path to the number in a sample: `core.rssKb`. NaN where a sample has none. */
  lines: Record<string, number[]>;
}

/** More than a plot has room for. */
const MOST_SAMPLES = 150;

/** @param samples whatever a scenario samples; every number in it becomes a line */
export function seriesOf(samples: readonly { atS: number; [name: string]: unknown }[]): SampledSeries {
  const step = Math.max(1, Math.ceil(samples.length / MOST_SAMPLES));
  const taken = samples.filter((_, i) => i % step === 0 || i === samples.length - 1);
  const lines: Record<string, number[]> = {};
  taken.forEach(({ atS: _, ...sample }, i) => {
    for (const [path, value] of numbersIn(sample, '')) {
      lines[path] ??= Array.from({ length: taken.length }, () => Number.NaN);
      const known = lines[path][i] ?? Number.NaN;
      lines[path][i] = Number.isNaN(known) ? value : known + value;
    }
  });
  return { atS: taken.map(({ atS }) => atS), lines };
}

/** Entries of a list go by their name where they have one, so that a part keeps its line when others come and go; several of one name add up. */
function numbersIn(value: unknown, path: string): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key === 'pid') return [];
    const name = Array.isArray(value) ? nameOf(entry, key) : key;
    return numbersIn(entry, path === '' ? name : `${path}.${name}`);
  });
}

function nameOf(entry: unknown, position: string): string {
  if (typeof entry !== 'object' || entry === null) return position;
  const { name, part } = entry as { name?: unknown; part?: unknown };
  return [name, part].find((word) => typeof word === 'string') ?? position;
}
