/** A curve of the last minutes as lines and gaps. Where nothing was measured there is a gap and never a line across it. */

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

interface Stretch {
  fromIndex: number;
  values: number[];
}

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
  const x = (index: number) => ((index + 0.5) / steps) * PLOT.width;
  const y = (value: number) => PLOT.height - INSET - (Math.min(value, ceiling) / ceiling) * (PLOT.height - 2 * INSET);
  const stretches = stretchesOf(byStep);
  const shapes = stretches.map(({ fromIndex, values: run }) => {
    const only = run.length === 1;
    const firstX = only ? x(fromIndex - 0.5) : x(fromIndex);
    const lastX = only ? x(fromIndex + 0.5) : x(fromIndex + run.length - 1);
    const between = only
      ? `H${round(lastX)}`
      : run
          .slice(1)
          .map((value, i) => `L${round(x(fromIndex + i + 1))} ${round(y(value))}`)
          .join('');
    const line = `M${round(firstX)} ${round(y(run[0] ?? 0))}${between}`;
    return { line, area: `${line}V${PLOT.height}H${round(firstX)}Z` };
  });
  return {
    lines: shapes.map((shape) => shape.line),
    areas: shapes.map((shape) => shape.area),
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

function stretchesOf(byStep: readonly (number | null)[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | null = null;
  byStep.forEach((value, index) => {
    if (value === null) {
      open = null;
    } else if (open === null) {
      open = { fromIndex: index, values: [value] };
      stretches.push(open);
    } else {
      open.values.push(value);
    }
  });
  return stretches;
}

function gapsOf(byStep: readonly (number | null)[]): readonly { left: number; width: number }[] {
  const gaps: { left: number; width: number }[] = [];
  const share = (steps: number) => round((steps / byStep.length) * 100);
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

const round = (n: number): number => Math.round(n * 10) / 10;
