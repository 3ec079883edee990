/** A large chart over the time since GO: its axes and grid, and what is drawn within them. */
import type { ReactNode } from 'react';
import { grouped } from '../../ui/format.ts';
import { useToken } from '../../ui/use-token.ts';
import { sinceGo, ticksTo, timeTicks } from './axis.ts';
import styles from './chart.module.css';
import { Curve } from './curve.tsx';
import { type Frame, frameOf } from './frame.ts';
import { across, upright } from './path.ts';
import { useSize } from './use-size.ts';

/** Between the words of an axis and the plot, px. */
const BESIDE_PX = 12;

export interface ChartProps {
  /** Ends of the axes. */
  endS: number;
  top: number;
  children: (frame: Frame) => ReactNode;
}

export function Chart({ endS, top, children }: ChartProps) {
  const { ref, size } = useSize();
  const axisHeight = useToken('--chart-axis-h');
  const axisWidth = useToken('--chart-axis-w');
  const typePx = useToken('--fs-label');
  const frame = size === null ? null : frameOf({ ...size, axisHeight, axisWidth, typePx, endS, top });
  return (
    <div ref={ref} className={styles.chart}>
      {size === null || frame === null ? null : (
        <svg aria-hidden="true" viewBox={`0 0 ${size.width} ${size.height}`}>
          <Grid frame={frame} times={timeTicks(endS)} values={ticksTo(top)} />
          {children(frame)}
          <Axes frame={frame} times={timeTicks(endS)} values={ticksTo(top)} />
        </svg>
      )}
    </div>
  );
}

interface Ticks {
  frame: Frame;
  times: readonly number[];
  values: readonly number[];
}

function Grid({ frame: { left, right, top, bottom, x, y }, times, values }: Ticks) {
  // The last moment's line may be the right border, but for a hair that the path doesn't show.
  const lines = new Set([
    ...values.map((value) => across(y(value), { from: left, to: right })),
    ...[...times.map(x), right].map((at) => upright(at, { from: top, to: bottom })),
  ]);
  return [...lines].map((line) => <Curve key={line} look="grid" path={line} />);
}

function Axes({ frame: { left, right, bottom, x, y }, times, values }: Ticks) {
  return (
    <g className={styles.axes}>
      <Curve look="axis" path={across(bottom, { from: left, to: right })} />
      {times.map((s) => (
        <text key={s} x={x(s)} y={bottom + BESIDE_PX} dy="0.71em" textAnchor="middle">
          {sinceGo(s)}
        </text>
      ))}
      {values.map((value) => (
        <text key={value} x={left - BESIDE_PX} y={y(value)} dy="0.355em" textAnchor="end">
          {value === 0 ? '0' : `${grouped(value)} /s`}
        </text>
      ))}
    </g>
  );
}
