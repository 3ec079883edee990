import { scaleLinear, scaleLog } from 'd3-scale';
import type { Kept } from '../kept.ts';
import type { SampledSeries } from '../series.ts';
import { curve, LEGEND_LINE, lineLegend, logRange, logTicks, panel, plain } from './panel.ts';
import { type Drawing, HUES } from './svg.ts';

const WIDTH = 760;
const PLOT_HEIGHT = 150;
const KIB_PER_MIB = 1_024;

interface Part {
  title: string;
  label: string;
  /** Which lines of the samples belong here. */
  pattern: RegExp;
  scaled: (value: number) => number;
  /** Where parts differ by so much that a leak of the small one would not be seen. */
  isLog: boolean;
}

const PARTS: readonly Part[] = [
  { title: 'Memory', label: 'RSS, MiB', pattern: /rssKb$/i, scaled: (kib) => kib / KIB_PER_MIB, isLog: false },
  { title: 'Descriptors', label: 'open (log)', pattern: /(descriptors|fds)$/i, scaled: (count) => count, isLog: true },
];

/** Memory and descriptors of every process while viewers come and go. */
export function soak(all: readonly Kept[]): Drawing | null {
  const kept = all.find(({ scenario }) => scenario === 'soak');
  const series = kept?.series ?? null;
  if (series === null || series.atS.length < 2) return null;
  const parts = PARTS.map((part) => ({ ...part, lines: linesOf(series, part) })).filter(
    ({ lines }) => lines.length > 0,
  );
  if (parts.length === 0) return null;
  let y = 40;
  const body = parts.flatMap(({ title, label, lines, scaled, isLog }) => {
    const top = y + 34;
    const box = { left: 76, top, right: WIDTH - 24, bottom: top + PLOT_HEIGHT };
    y = box.bottom + 56 + lines.length * LEGEND_LINE;
    const x = scaleLinear([0, series.atS.at(-1) ?? 1], [box.left, box.right]);
    const known = lines.flatMap(({ values }) => values.filter(Number.isFinite).map(scaled));
    const range = isLog ? logRange(known) : ([0, Math.max(...known) * 1.1] as const);
    const upwards = (isLog ? scaleLog : scaleLinear)(range, [box.bottom, box.top]);
    return [
      ...panel(
        title,
        box,
        { scale: x, label: 's since the start', ticks: x.ticks(10), shown: plain },
        { scale: upwards, label, ticks: isLog ? logTicks(range) : upwards.ticks(5), shown: plain },
      ),
      ...lines.flatMap(({ values }, i) =>
        curve(
          values.map((value, at) => [x(series.atS[at] ?? Number.NaN), upwards(scaled(value))]),
          i,
          false,
        ),
      ),
      ...lineLegend(
        lines.map(({ name }) => name),
        box.left,
        box.bottom + 56,
      ),
    ];
  });
  return {
    title: 'The soak: processes while viewers come and go',
    desc: parts
      .flatMap(({ title, lines, scaled }) =>
        lines.map(({ name, values }) => {
          const known = values.filter(Number.isFinite).map(scaled);
          return `${title} of ${name}: from ${plain(known[0] ?? 0)} to ${plain(known.at(-1) ?? 0)}.`;
        }),
      )
      .join(' '),
    width: WIDTH,
    height: y + 4,
    body,
  };
}

function linesOf(series: SampledSeries, { pattern }: Part): { name: string; values: number[] }[] {
  return Object.entries(series.lines)
    .filter(([path]) => pattern.test(path))
    .slice(0, HUES)
    .map(([path, values]) => ({
      // The path is `processes.core.rssKb`: what comes before the number's own name is whose it is.
      name: path.split('.').slice(0, -1).at(-1) ?? path,
      values,
    }));
}
