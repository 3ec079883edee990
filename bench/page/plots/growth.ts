import { scaleLog } from 'd3-scale';
import { growthExponent } from '../../report/exponent.ts';
import type { Kept } from '../kept.ts';
import { type Box, curve, LEGEND_LINE, lineLegend, logRange, logTicks, panel, plain } from './panel.ts';
import type { Drawing } from './svg.ts';

type Costs = NonNullable<Kept['raw']['costs']>[number];
interface Line {
  name: string;
  /** What all of it costs at a size, and for one viewer, message or ballot. */
  total: (at: Costs) => number;
  each: (at: Costs) => number;
}

const WIDTH = 760;
const LEFT = 76;

/** What one viewer, message and ballot cost while there are more and more of them. */
export function growth(all: readonly Kept[]): Drawing | null {
  const kept = all.find(({ raw }) => raw.costs !== undefined);
  const costs = kept?.raw.costs ?? [];
  const messages = kept?.raw.messagesEach ?? 1;
  if (costs.length < 2) return null;
  const cpu: Line[] = [
    { name: 'arrival', total: (at) => at.arrivals, each: (at) => (at.arrivals / at.viewers) * 1e6 },
    { name: 'ballot', total: (at) => at.ballots, each: (at) => (at.ballots / at.viewers) * 1e6 },
    { name: 'message', total: (at) => at.messages, each: (at) => (at.messages / at.viewers / messages) * 1e6 },
  ];
  const memory: Line[] = [{ name: 'viewer', total: (at) => at.memoryKb, each: (at) => at.memoryKb / at.viewers }];
  const cpuBox = { left: LEFT, top: 70, right: WIDTH - 24, bottom: 270 };
  const memoryTop = cpuBox.bottom + 56 + cpu.length * LEGEND_LINE + 28;
  const memoryBox = { left: LEFT, top: memoryTop, right: WIDTH - 24, bottom: memoryTop + 110 };
  const legend = ({ name, total }: Line) => {
    return `${name}: the cost of all grows with viewers to the power of ${growthExponent(costs, total).toFixed(2)}`;
  };
  const part = (title: string, label: string, lines: Line[], box: Box) => [
    ...drawn(title, label, costs, lines, box),
    ...lineLegend(lines.map(legend), box.left, box.bottom + 56),
  ];
  return {
    title: 'Growth: what each costs while the audience grows',
    desc: [...cpu, ...memory].map(legend).join('; '),
    width: WIDTH,
    height: memoryBox.bottom + 56 + 14,
    body: [
      ...part('CPU of edges and core', 'µs for each (log)', cpu, cpuBox),
      ...part('Memory of the edges', 'KiB for each (log)', memory, memoryBox),
    ],
  };
}

function drawn(title: string, label: string, costs: readonly Costs[], lines: readonly Line[], box: Box): string[] {
  const sizes = costs.map(({ viewers }) => viewers);
  const range = logRange(lines.flatMap(({ each }) => costs.map(each)));
  const x = scaleLog([Math.min(...sizes) / 1.15, Math.max(...sizes) * 1.15], [box.left, box.right]);
  const y = scaleLog(range, [box.bottom, box.top]);
  return [
    ...panel(
      title,
      box,
      { scale: x, label: 'viewers (log)', ticks: sizes, shown: plain },
      { scale: y, label, ticks: logTicks(range), shown: plain },
    ),
    ...lines.flatMap(({ each }, i) =>
      curve(
        costs.map((at) => [x(at.viewers), y(each(at))]),
        i,
        true,
      ),
    ),
  ];
}
