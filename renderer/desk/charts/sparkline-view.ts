/** A curve of the last minutes as lines and gaps. Where nothing was measured there is a gap and never a line across it. */

import { curvesThrough, tenth } from './path.ts';
import { linear } from './scale.ts';

export interface Sample {
  /** Start of the step, core time. */
  atMs: number;
  /** Null: measured, but not to be drawn (a part was missing). */
  value: number | null;
}

export interface SparklineInput {
  /** Oldest first. */
  samples: readonly Sample[];
  stepMs: number;
  windowMs: number;
  /** Core time; the curve ends at the newest sample unless that is older than a few steps. */
  nowMs: number;
  /** The value at the upper edge; null: the curve's own peak. */
  top: number | null;
}

export interface SparklineView {
  /** Paths within `PLOT`. */
  lines: readonly string[];
  areas: readonly string[];
  /** In per cent of the width. */
  gaps: readonly { left: number; width: number }[];
  /** Null without a single value. */
  peak: number | null;
}

export const PLOT = { width: 300, height: 60 };
/** Half a stroke and a little air, so that neither peak nor ground is cut. */
const INSET = 2;
/** The newest second is on its way for a moment: that is no gap yet. */
const SLACK_STEPS = 3;

export function sparklineView({ samples, stepMs, windowMs, nowMs, top }: SparklineInput): SparklineView {
  const last = samples.at(-1);
  const endMs = endOfWindow(last, { stepMs, nowMs });
  const steps = Math.max(1, Math.round(windowMs / stepMs));
  const startMs = endMs - steps * stepMs;
  const byStep = new Array<number | null>(steps).fill(null);
  for (const { atMs, value } of samples) {
    const index = Math.floor((atMs - startMs) / stepMs);
    if (index >= 0 && index < steps) byStep[index] = value;
  }
  const values = byStep.filter((value) => value !== null);
  const peak = values.length === 0 ? null : Math.max(...values);
  const ceiling = Math.max(top ?? peak ?? 0, 1e-9);
  const x = linear({ from: -0.5, to: steps - 0.5 }, { from: 0, to: PLOT.width });
  const y = linear({ from: 0, to: ceiling }, { from: PLOT.height - INSET, to: INSET });
  const places = byStep.map((value, index) => ({
    x: tenth(x(index)),
    y: value === null ? null : tenth(y(Math.min(value, ceiling))),
  }));
  const curves = curvesThrough(places, { groundY: PLOT.height, loneWidth: PLOT.width / steps });
  return {
    lines: curves.map(({ line }) => line),
    areas: curves.map(({ area }) => area),
    gaps: gapsOf(byStep),
    peak,
  };
}

function endOfWindow(last: Sample | undefined, { stepMs, nowMs }: { stepMs: number; nowMs: number }): number {
  const nowStepMs = Math.floor(nowMs / stepMs) * stepMs;
  if (last === undefined) return nowStepMs;
  const lastEndMs = last.atMs + stepMs;
  return nowMs - lastEndMs > SLACK_STEPS * stepMs ? nowStepMs : lastEndMs;
}

function gapsOf(byStep: readonly (number | null)[]): readonly { left: number; width: number }[] {
  const gaps: { left: number; width: number }[] = [];
  const share = (steps: number) => tenth((steps / byStep.length) * 100);
  let since: number | null = null;
  for (let index = 0; index <= byStep.length; index++) {
    const isGap = index < byStep.length && byStep[index] === null;
    if (isGap && since === null) since = index;
    if (!isGap && since !== null) {
      gaps.push({ left: share(since), width: share(index - since) });
      since = null;
    }
  }
  return gaps;
}
