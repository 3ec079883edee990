/** What of a result is kept beside `docs/performance.md`: everything that the page says and draws, and no more. */
import { z } from 'zod';
import { Histogram } from '../audience/histogram.ts';
import { ANSWERS_BIN_MS } from '../audience/notebook.ts';
import type { Result } from '../report/result.ts';
import { type SampledSeries, seriesOf } from './series.ts';

/** JSON knows no NaN: a figure that could not be had is null there. */
const Value = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const Target = z.object({ budget: z.string(), atMost: z.number().nullable(), atLeast: z.number().nullable() });
const Pair = z.tuple([z.number(), z.number()]);
const Faults = z.record(z.string(), z.object({ count: z.number(), examples: z.array(z.string()) }));

const Conditions = z.object({
  at: z.string(),
  cores: z.number(),
  cpu: z.string(),
  memoryGb: z.number(),
  platform: z.string(),
  node: z.string(),
  flags: z.string(),
  descriptors: z.string(),
  loadBefore: z.array(z.number()),
  size: z.string(),
  seed: z.number(),
  viewers: z.number(),
  edges: z.number(),
});

const Costs = z.object({
  viewers: z.number(),
  arrivals: z.number(),
  ballots: z.number(),
  messages: z.number(),
  memoryKb: z.number(),
});

const CpuParts = z.object({
  of: z.string(),
  edgesUs: z.number(),
  coreUs: z.number().nullable(),
  generatorUs: z.number().nullable(),
});

const Profile = z.object({
  parts: z.array(
    z.object({
      part: z.string(),
      threads: z.number(),
      busyS: z.number(),
      groups: z.array(z.object({ name: z.string(), s: z.number() })),
    }),
  ),
});

/** What scenarios leave for plots; none leaves all of it, and what one of them calls by such a name may be something else. */
const Raw = z.object({
  cpu: z.array(CpuParts).optional().catch(undefined),
  profile: Profile.optional().catch(undefined),
  costs: z.array(Costs).optional().catch(undefined),
  messagesEach: z.number().optional().catch(undefined),
  meanPerS: z.number().optional().catch(undefined),
});

const Kept = z.object({
  scenario: z.string(),
  title: z.string(),
  conditions: Conditions,
  figures: z.array(z.object({ what: z.string(), value: Value, unit: z.string(), target: Target.nullable() })),
  comparisons: z.array(
    z.object({
      what: z.string(),
      unit: z.string(),
      peer: z.string(),
      product: z.array(Value),
      others: z.array(Value),
      target: Target.nullable(),
    }),
  ),
  skipped: z.array(z.string()),
  /** How often each kind of fault was found. */
  faults: z.record(z.string(), z.number()),
  /** Latencies by the name that the scenario has for them: share of all events (0 to 1), and ms that it did not exceed. */
  curves: z.record(z.string(), z.object({ count: z.number(), points: z.array(Pair) })),
  /** Events a second by the name that the scenario has for them: s after the kill, and how many a second. */
  rates: z.record(z.string(), z.array(Pair)),
  series: z.object({ atS: z.array(z.number()), lines: z.record(z.string(), z.array(Value)) }).nullable(),
  raw: Raw,
});
export type Kept = z.infer<typeof Kept>;
export type Curve = Kept['curves'][string];
export type ProfilePart = z.infer<typeof Profile>['parts'][number];

const Loose = z.object({
  ...Kept.omit({ faults: true, curves: true, rates: true, series: true, raw: true }).shape,
  faults: Faults,
  raw: z.record(z.string(), z.unknown()),
});

export function readKept(text: string): Kept {
  return Kept.parse(JSON.parse(text));
}

/** @param result as a run wrote it to `artifacts/bench` */
export function keep(result: Result | unknown): Kept {
  const { raw, faults, ...told } = Loose.parse(result);
  return {
    ...told,
    faults: Object.fromEntries(Object.entries(faults).map(([kind, { count }]) => [kind, count])),
    curves: curvesIn(raw),
    rates: ratesIn(raw),
    series: seriesIn(raw),
    raw: Raw.parse(raw),
  };
}

/** Every packed histogram among what a scenario left, whatever its name. */
function curvesIn(raw: Record<string, unknown>): Record<string, Curve> {
  const curves: Record<string, Curve> = {};
  for (const [name, value] of Object.entries(raw)) {
    const packed = z.array(z.number()).safeParse(value);
    if (packed.success && packed.data.length > 0) curves[name] = curveOf(packed.data);
  }
  return curves;
}

const STEPS_PER_NINE = 12;

/**
 * Points evenly apart on an axis that gives every further nine (90 %, 99 %, 99.9 %) the same room, as far as there are
 * events to tell them apart; the last one is the slowest of all.
 */
export function curveOf(packed: readonly number[]): Curve {
  const histogram = new Histogram();
  histogram.add([...packed]);
  const { count } = histogram;
  const points: [number, number][] = [];
  for (let step = 0; 10 ** (-step / STEPS_PER_NINE) * count > 1; step++) {
    const share = 1 - 10 ** (-step / STEPS_PER_NINE);
    points.push([share, histogram.quantileMs(share)]);
  }
  return { count, points: [...points, [1, histogram.quantileMs(1)]] };
}

function ratesIn(raw: Record<string, unknown>): Record<string, [number, number][]> {
  const rates: Record<string, [number, number][]> = {};
  const killed = z.number().safeParse(raw.killedMs);
  if (!killed.success) return rates;
  for (const [name, binMs] of [
    ['answersPerBin', ANSWERS_BIN_MS],
    ['returnsPerS', 1_000],
  ] as const) {
    const counts = z.record(z.string(), z.number()).safeParse(raw[name]);
    if (counts.success) rates[name] = ratesAround(counts.data, binMs, killed.data);
  }
  return rates;
}

/** @param counts events by the number of the bin since the epoch; bins without any are not in it, and are 0 in the answer */
export function ratesAround(counts: Record<string, number>, binMs: number, zeroMs: number): [number, number][] {
  const bins = Object.keys(counts).map(Number);
  if (bins.length === 0) return [];
  const first = Math.min(...bins);
  return Array.from({ length: Math.max(...bins) - first + 1 }, (_, i) => {
    const bin = first + i;
    return [(bin * binMs - zeroMs) / 1_000, (counts[bin] ?? 0) / (binMs / 1_000)];
  });
}

function seriesIn(raw: Record<string, unknown>): SampledSeries | null {
  const samples = z.array(z.looseObject({ atS: z.number() })).safeParse(raw.series ?? raw.samples);
  return samples.success ? seriesOf(samples.data) : null;
}

/** One figure, comparison, curve or row of samples on each line, with as many digits as a noisy machine can tell. */
export function writeKept(kept: Kept): string {
  const rows = Object.entries(kept).map(([name, value]) => `${JSON.stringify(name)}: ${block(value)}`);
  return `{\n${rows.join(',\n')}\n}\n`;
}

function block(value: unknown): string {
  if (Array.isArray(value) && value.some((entry) => typeof entry === 'object')) {
    return `[\n${value.map((entry) => `  ${line(entry)}`).join(',\n')}\n]`;
  }
  if (typeof value === 'object' && value !== null && Object.values(value).some((entry) => typeof entry === 'object')) {
    const entries = Object.entries(value).map(([name, entry]) => `  ${JSON.stringify(name)}: ${line(entry)}`);
    return `{\n${entries.join(',\n')}\n}`;
  }
  return line(value);
}

const DIGITS = 5;

function line(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'number' && !Number.isInteger(entry) ? Number(entry.toPrecision(DIGITS)) : entry,
  );
}
