import { scaleLinear } from 'd3-scale';
import type { Kept } from '../kept.ts';
import { type Box, curve, panel, plain, rule } from './panel.ts';
import { type Drawing, el, hue, words } from './svg.ts';

const WIDTH = 760;
const BOX: Box = { left: 84, top: 78, right: WIDTH - 24, bottom: 268 };
const HEIGHT = BOX.bottom + 52;

/** By how much the busiest second of returns may exceed their mean (P9). */
const UNEVEN = 1.3;

/** Ballots that were acknowledged, before and after the core was killed. */
export function coreKill(all: readonly Kept[]): Drawing | null {
  const kept = all.find(({ scenario }) => scenario === 'core-killed');
  const rates = kept?.rates.answersPerBin ?? [];
  if (kept === undefined || rates.length === 0) return null;
  const { x, y, frame } = framed(rates, `${plain(kept.conditions.viewers)} viewers vote`, 'receipts a second');
  const steps = rates.flatMap(([atS, perS], i): [number, number][] => {
    const endS = rates[i + 1]?.[0] ?? atS + 0.1;
    return [
      [x(atS), y(perS)],
      [x(endS), y(perS)],
    ];
  });
  return {
    title: 'The core is killed: acknowledged ballots',
    desc: `${told(kept)} Receipts stop at the kill, and what was held meanwhile is acknowledged when the core is back.`,
    width: WIDTH,
    height: HEIGHT,
    body: [...frame, ...curve(steps, 0, false), ...kill(x(0), 'core killed')],
  };
}

/** Viewers of the edge that was killed, as they come back. */
export function edgeKill(all: readonly Kept[]): Drawing | null {
  const kept = all.find(({ scenario }) => scenario === 'edge-killed');
  const rates = kept?.rates.returnsPerS ?? [];
  if (kept === undefined || rates.length === 0) return null;
  const returned = rates.reduce((sum, [, perS]) => sum + perS, 0);
  const room = [...rates, [0, (kept.raw.meanPerS ?? 0) * UNEVEN] as const];
  const { x, y, frame } = framed(room, `${plain(returned)} viewers come back`, 'returns a second');
  const bars = rates.map(([atS, perS]) =>
    el('rect', {
      class: `fill ${hue(0)}`,
      x: x(atS) + 1,
      y: y(perS),
      width: Math.max(1, x(atS + 1) - x(atS) - 2),
      height: BOX.bottom - y(perS),
    }),
  );
  const mean = kept.raw.meanPerS;
  const limits =
    mean === undefined
      ? []
      : [...across(y(mean), 'mean'), ...across(y(mean * UNEVEN), `${UNEVEN} × the mean: the budget`)];
  return {
    title: 'An edge is killed: its viewers come back spread out',
    desc: told(kept),
    width: WIDTH,
    height: HEIGHT,
    body: [...frame, ...bars, ...limits, ...kill(x(0), 'edge killed')],
  };
}

function framed(rates: readonly (readonly [number, number])[], title: string, label: string) {
  const times = rates.map(([atS]) => atS);
  const x = scaleLinear([Math.min(-0.5, ...times), Math.max(...times) + 1], [BOX.left, BOX.right]);
  const y = scaleLinear([0, Math.max(...rates.map(([, perS]) => perS)) * 1.1], [BOX.bottom, BOX.top]);
  const frame = panel(
    title,
    BOX,
    { scale: x, label: 's after the kill', ticks: x.ticks(12).filter(Number.isInteger), shown: plain },
    { scale: y, label, ticks: y.ticks(5), shown: plain },
  );
  return { x, y, frame };
}

function across(y: number, what: string): string[] {
  const { left, right } = BOX;
  return [rule(left, y, right, y, 'mark'), words(what, right - 4, y - 5, { 'text-anchor': 'end', class: 'ink' })];
}

function kill(x: number, what: string): string[] {
  return [rule(x, BOX.top, x, BOX.bottom, 'mark'), words(what, x + 5, BOX.top + 13, { class: 'ink' })];
}

function told({ figures }: Kept): string {
  return figures.map(({ what, value, unit }) => `${what}: ${plain(value)}${unit === '' ? '' : ` ${unit}`}.`).join(' ');
}
