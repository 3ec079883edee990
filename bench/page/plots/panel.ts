import type { ScaleContinuousNumeric } from 'd3-scale';
import { dash, el, hue, path, words } from './svg.ts';

export type Scale = ScaleContinuousNumeric<number, number>;

export interface Axis {
  /** With its range in pixels. */
  scale: Scale;
  /** What it measures, with the unit. */
  label: string;
  ticks: readonly number[];
  shown: (value: number) => string;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The frame of one plot: title, grid, axes with their labels. */
export function panel(title: string, { left, top, right, bottom }: Box, x: Axis, y: Axis): string[] {
  const grid = [
    ...x.ticks.map((tick) => rule(x.scale(tick), top, x.scale(tick), bottom, 'grid')),
    ...y.ticks.map((tick) => rule(left, y.scale(tick), right, y.scale(tick), 'grid')),
  ];
  const middle = (top + bottom) / 2;
  return [
    words(title, left, top - 10, { class: 'ink sub' }),
    ...grid,
    rule(left, bottom, right, bottom, 'axis'),
    rule(left, top, left, bottom, 'axis'),
    ...x.ticks.map((tick) => words(x.shown(tick), x.scale(tick), bottom + 17, { 'text-anchor': 'middle' })),
    ...y.ticks.map((tick) => words(y.shown(tick), left - 7, y.scale(tick) + 4, { 'text-anchor': 'end' })),
    words(x.label, (left + right) / 2, bottom + 35, { 'text-anchor': 'middle' }),
    words(y.label, 0, 0, { 'text-anchor': 'middle', transform: `translate(${left - 52} ${middle}) rotate(-90)` }),
  ];
}

export function rule(x1: number, y1: number, x2: number, y2: number, kind: 'grid' | 'axis' | 'mark'): string {
  return el('line', { class: kind, x1, y1, x2, y2 });
}

/** A line with a point at every value, if wanted; the number is its colour and its dashes. */
export function curve(points: readonly (readonly [number, number])[], i: number, hasDots: boolean): string[] {
  const line = el('path', { class: `line ${hue(i)}`, 'stroke-dasharray': dash(i), d: path(points) });
  const dots = hasDots ? points.map(([cx, cy]) => el('circle', { class: `dot ${hue(i)}`, cx, cy, r: 3 })) : [];
  return [line, ...dots];
}

export const LEGEND_LINE = 18;

/** What lines stand for, one below the other. */
export function lineLegend(names: readonly string[], x: number, y: number): string[] {
  return names.flatMap((name, i) => [
    el('path', {
      class: `line ${hue(i)}`,
      'stroke-dasharray': dash(i),
      d: path([
        [x, y + i * LEGEND_LINE - 4],
        [x + 30, y + i * LEGEND_LINE - 4],
      ]),
    }),
    words(name, x + 38, y + i * LEGEND_LINE, { class: 'ink' }),
  ]);
}

/** Powers of ten within a range, with 2 and 5 between them where there are few. */
export function logTicks([least, most]: readonly [number, number]): number[] {
  const tens = powers(least, most, [1]);
  return tens.length >= 3 ? tens : powers(least, most, [1, 2, 5]);
}

function powers(least: number, most: number, digits: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); 10 ** power <= most; power++) {
    ticks.push(...digits.map((digit) => Number((digit * 10 ** power).toPrecision(1))));
  }
  return ticks.filter((tick) => tick >= least && tick <= most);
}

/** A range that holds all values above 0, from one to the next of the steps 1, 2, 5 of every power of ten. */
export function logRange(values: readonly number[]): [number, number] {
  const real = values.filter((value) => value > 0 && Number.isFinite(value));
  if (real.length === 0) return [1, 10];
  const steps = powers(Math.min(...real) / 10, Math.max(...real) * 10, [1, 2, 5]);
  const least = steps.findLast((step) => step <= Math.min(...real)) ?? Math.min(...real);
  const most = steps.find((step) => step >= Math.max(...real) && step > least) ?? Math.max(...real);
  return [least, most];
}

/** `1,200`, `0.25`: without zeros that say nothing. */
export function plain(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
