import { scaleLinear } from 'd3-scale';
import { OWN_REST, REST, withRest } from '../../profile/fold.ts';
import { shown } from '../../report/table.ts';
import type { Kept } from '../kept.ts';
import { plain, rule } from './panel.ts';
import { type Drawing, el, HUES, hue, words } from './svg.ts';

interface Slice {
  name: string;
  value: number;
}
interface Bar {
  name: string;
  slices: Slice[];
}

const WIDTH = 760;
const LEFT = 250;
const RIGHT = WIDTH - 84;
const ROW = 28;
const TOP = 60;
const LETTER = 6.6;

/** CPU of one arrival, ballot and message, by the part that spends it. */
export function cpuParts(all: readonly Kept[]): Drawing | null {
  const bars = all
    .flatMap(({ raw }) => raw.cpu ?? [])
    .map(({ of, edgesUs, coreUs, generatorUs }) => ({
      name: of,
      slices: [
        { name: 'edges', value: edgesUs },
        { name: 'core', value: coreUs ?? 0 },
        { name: 'generator', value: generatorUs ?? 0 },
      ],
    }));
  if (bars.length === 0) return null;
  return stacked({ title: 'Where the CPU goes: the product and its audience', unit: 'µs', bars });
}

/** A group has one colour in all bars, so only the largest of all have one; two are left for the rest. */
const MOST_GROUPS = HUES - 2;

/** What the parts of a profiled run did while they weren't waiting. */
export function profile({ scenario, raw }: Kept): Drawing | null {
  const parts = (raw.profile?.parts ?? []).filter(({ groups }) => groups.length > 0);
  if (parts.length === 0) return null;
  const totals = new Map<string, number>();
  for (const { name, s } of parts.flatMap(({ groups }) => groups)) totals.set(name, (totals.get(name) ?? 0) + s);
  for (const rest of [OWN_REST, REST]) totals.delete(rest);
  const largest = [...totals].sort(([, a], [, b]) => b - a).slice(0, MOST_GROUPS);
  const named = largest.map(([name]) => name);
  const bars = parts.map(({ part, groups }) => {
    const told = withRest(
      groups.filter(({ name }) => named.includes(name)),
      groups.filter(({ name }) => !named.includes(name)),
    );
    const slices = [...named, OWN_REST, REST].map((name) => ({
      name,
      value: told.find((group) => group.name === name)?.s ?? 0,
    }));
    return { name: part, slices };
  });
  return stacked({ title: `Where the time goes: ${scenario}`, unit: 's', bars });
}

/** Bars of slices, each slice with the same colour in all bars. */
function stacked({ title, unit, bars }: { title: string; unit: string; bars: readonly Bar[] }): Drawing {
  const names = bars[0]?.slices.map(({ name }) => name) ?? [];
  const sum = (slices: readonly Slice[]) => slices.reduce((total, { value }) => total + value, 0);
  const x = scaleLinear([0, Math.max(...bars.map(({ slices }) => sum(slices))) || 1], [LEFT, RIGHT]);
  const legend = placedLegend(names);
  const top = TOP + legend.lines * 20;
  const bottom = top + bars.length * ROW + 6;
  return {
    title,
    desc: bars
      .map(({ name, slices }) => {
        const told = slices
          .filter(({ value }) => value > 0)
          .map((slice) => `${slice.name} ${shown(slice.value)} ${unit}`);
        return `${name}: ${told.join(', ')}.`;
      })
      .join(' '),
    width: WIDTH,
    height: bottom + 48,
    body: [
      ...legend.body,
      ...x.ticks(6).map((tick) => rule(x(tick), top - 6, x(tick), bottom, 'grid')),
      ...bars.flatMap((bar, row) => drawnBar(bar, top + row * ROW, x, unit)),
      rule(LEFT, top - 6, LEFT, bottom, 'axis'),
      ...x.ticks(6).map((tick) => words(plain(tick), x(tick), bottom + 17, { 'text-anchor': 'middle' })),
      words(unit, (LEFT + RIGHT) / 2, bottom + 36, { 'text-anchor': 'middle' }),
    ],
  };
}

function drawnBar({ name, slices }: Bar, y: number, x: (value: number) => number, unit: string): string[] {
  let at = 0;
  const rects = slices.map(({ value }, i) => {
    const from = x(at);
    at += value;
    const hint = el('title', {}, `${slices[i]?.name}: ${shown(value)} ${unit}`);
    return el('rect', { class: `fill ${hue(i)}`, x: from, y: y + 2, width: x(at) - from, height: ROW - 8 }, hint);
  });
  return [
    words(name, LEFT - 10, y + 16, { 'text-anchor': 'end', class: 'ink' }),
    ...rects,
    words(`${shown(at)} ${unit}`, x(at) + 6, y + 16, { class: 'ink' }),
  ];
}

/** As many names on a line as it has room for. */
function placedLegend(names: readonly string[]): { body: string[]; lines: number } {
  let x = 16;
  let line = 0;
  const body = names.flatMap((name, i) => {
    const width = 30 + name.length * LETTER;
    if (x + width > WIDTH - 16) {
      x = 16;
      line += 1;
    }
    const y = 48 + line * 20;
    const placed = [
      el('rect', { class: `fill ${hue(i)}`, x, y: y - 10, width: 12, height: 12 }),
      words(name, x + 18, y, { class: 'ink' }),
    ];
    x += width;
    return placed;
  });
  return { body, lines: line };
}
