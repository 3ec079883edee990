import { scaleLog } from 'd3-scale';
import { type Comparison, median } from '../../report/result.ts';
import type { Kept } from '../kept.ts';
import { logRange, logTicks, plain, rule } from './panel.ts';
import { type Drawing, el, hue, words } from './svg.ts';

const WIDTH = 760;
const LEFT = 250;
const RIGHT = WIDTH - 64;
const ROW = 24;
const GROUP = 34;
/** Within these, one run can't tell which of the two is better. */
export const UNRESOLVED: readonly [number, number] = [0.8, 1.25];

/** How many times better the product was in each pair: more a second, or less time, CPU and memory. */
export function advantages({ unit, product, others }: Comparison): number[] {
  return product
    .map((value, i) => {
      const other = others[i] ?? Number.NaN;
      return unit === '/s' ? value / other : other / value;
    })
    .filter(Number.isFinite);
}

/** The product beside each peer: the median of all pairs as a bar, every pair as a dot. */
export function peers(all: readonly Kept[]): Drawing | null {
  const groups = all
    .map(({ scenario, comparisons }) => ({
      scenario,
      rows: comparisons
        .map((comparison) => ({ ...comparison, times: advantages(comparison) }))
        .filter(({ times }) => times.length > 0),
    }))
    .filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return null;
  const top = 78;
  const height = groups.reduce((sum, { rows }) => sum + GROUP + rows.length * ROW, top) + 56;
  const bottom = height - 48;
  const range = logRange([...UNRESOLVED, ...groups.flatMap(({ rows }) => rows.flatMap(({ times }) => times))]);
  const x = scaleLog(range, [LEFT, RIGHT]);
  let y = top - 8;
  const rows = groups.flatMap(({ scenario, rows }, i) => {
    const head = words(`${scenario}: product beside ${rows[0]?.peer}`, 16, y + 20, { class: 'ink sub' });
    y += GROUP;
    return [head, ...rows.flatMap((row) => drawnRow(row, i))];
  });
  function drawnRow({ what, times }: { what: string; times: number[] }, i: number): string[] {
    const middle = y + ROW / 2 - 4;
    y += ROW;
    const ends = [x(1), x(median(times))].sort((a, b) => a - b);
    const [from = 0, to = 0] = ends;
    const widest = x(Math.max(1, ...times));
    return [
      words(what, LEFT - 10, middle + 4, { 'text-anchor': 'end', class: 'ink' }),
      el('rect', { class: `fill ${hue(i)}`, x: from, y: middle - 7, width: to - from, height: 14, opacity: 0.55 }),
      ...times.map((time) => el('circle', { class: `ring card ${hue(i)}`, cx: x(time), cy: middle, r: 3.5 })),
      words(`× ${plain(median(times))}`, widest + 9, middle + 4, { class: 'ink' }),
    ];
  }
  const [least, most] = UNRESOLVED.map((value) => x(value)) as [number, number];
  const ticks = logTicks(range);
  return {
    title: 'Beside peers: how many times better (right of 1) or worse (left of it)',
    desc: groups
      .map(({ scenario, rows }) => {
        const told = rows.map(({ what, times }) => `${what} × ${plain(median(times))}`);
        return `${scenario}, median of the pairs: ${told.join(', ')}.`;
      })
      .join(' '),
    width: WIDTH,
    height,
    body: [
      words('bar: median of the pairs; ring: one pair; grey: 0.8 to 1.25, not resolved by one run', 16, 48),
      el('rect', { class: 'band', x: least, y: top - 12, width: most - least, height: bottom - top + 12 }),
      ...ticks.map((tick) => rule(x(tick), top - 12, x(tick), bottom, tick === 1 ? 'axis' : 'grid')),
      ...rows,
      rule(LEFT, bottom, RIGHT, bottom, 'axis'),
      ...ticks.map((tick) => words(`× ${plain(tick)}`, x(tick), bottom + 17, { 'text-anchor': 'middle' })),
      words('times better than the peer (log)', (LEFT + RIGHT) / 2, bottom + 36, { 'text-anchor': 'middle' }),
    ],
  };
}
