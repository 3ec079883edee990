import { scaleLinear, scaleLog } from 'd3-scale';
import { shown } from '../../report/table.ts';
import type { Curve, Kept } from '../kept.ts';
import { type Box, curve, LEGEND_LINE, lineLegend, logRange, logTicks, panel, plain } from './panel.ts';
import type { Drawing } from './svg.ts';

interface Named {
  name: string;
  curve: Curve;
}

const WIDTH = 760;
const PLOT_HEIGHT = 200;
const ROOM_ABOVE = 62;
const ROOM_BELOW = 56;
const MOST_NINES = 5;

/** Everybody's wait for the first state, and every ballot's for its receipt. */
export function latency(all: readonly Kept[]): Drawing | null {
  const arrivals = all.flatMap((kept) => named(kept, { arrivals: 'arrivals' }));
  const receipts = all.flatMap((kept) => {
    if (kept.scenario === 'ballots') {
      return named(kept, { steady: 'steady', surge: 'all at once', push: 'push profile' });
    }
    if (kept.scenario === 'ballots-sustained') return named(kept, { sustained: 'many ballots each' });
    return ['night', 'core-killed'].includes(kept.scenario) ? named(kept, { acks: 'receipts' }) : [];
  });
  const panels = [
    { title: 'Arrivals: from the planned moment of coming to the welcome with the state', curves: arrivals },
    { title: 'Receipts: from the planned moment of voting to the receipt that means "on disk"', curves: receipts },
  ].filter(({ curves }) => curves.length > 0);
  if (panels.length === 0) return null;
  let y = 30;
  const body = panels.flatMap(({ title, curves }) => {
    const top = y + ROOM_ABOVE - 24;
    const box = { left: 76, top, right: WIDTH - 24, bottom: top + PLOT_HEIGHT };
    y = box.bottom + ROOM_BELOW + curves.length * LEGEND_LINE;
    return [...drawn(title, curves, box), ...lineLegend(curves.map(legend), box.left, box.bottom + ROOM_BELOW)];
  });
  return {
    title: 'Latency, all events, slowest to the right',
    desc: panels.map(({ title, curves }) => `${title}. ${curves.map(legend).join('; ')}.`).join(' '),
    width: WIDTH,
    height: y + 4,
    body,
  };
}

function named(kept: Kept, names: Record<string, string>): Named[] {
  const { scenario, conditions, curves } = kept;
  return Object.entries(names).flatMap(([key, name]) => {
    const found = curves[key];
    if (found === undefined) return [];
    const what = name === scenario ? scenario : `${scenario}, ${name}`;
    return [{ name: `${what} (${plain(conditions.viewers)} viewers)`, curve: found }];
  });
}

function legend({ name, curve: { points } }: Named): string {
  const at = (share: number) => shown(points.find(([found]) => found >= share)?.[1] ?? Number.NaN);
  return `${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`;
}

/** Share on an axis that stretches the end: a nine more is a step further. The slowest stands where one of all does. */
function nines(share: number, count: number): number {
  return -Math.log10(Math.max(1 - share, 1 / count));
}

function drawn(title: string, curves: readonly Named[], box: Box): string[] {
  const most = Math.min(MOST_NINES, Math.max(...curves.map(({ curve: { count } }) => Math.log10(count))));
  const range = logRange(curves.flatMap(({ curve: { points } }) => points.map(([, ms]) => ms)));
  const x = scaleLinear([0, most], [box.left, box.right]);
  const y = scaleLog(range, [box.bottom, box.top]);
  const shares = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter((share) => nines(share, 10 ** 6) <= most + 0.01);
  return [
    ...panel(
      title,
      box,
      {
        scale: x,
        label: 'share of events that took no longer',
        ticks: shares.map((share) => nines(share, 10 ** 6)),
        shown: (value) => `${Number((100 - 100 * 10 ** -value).toPrecision(7))} %`,
      },
      { scale: y, label: 'ms (log)', ticks: logTicks(range), shown: plain },
    ),
    ...curves.flatMap(({ curve: { points, count } }, i) =>
      curve(
        points.map(([share, ms]) => [x(Math.min(most, nines(share, count))), y(Math.max(range[0], ms))]),
        i,
        false,
      ),
    ),
  ];
}
