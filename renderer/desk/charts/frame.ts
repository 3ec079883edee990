/** Where in a chart its plot lies, and where in it a moment and a value are. */
import { linearWithin } from './scale.ts';

export interface Frame {
  /** Of the plot, px. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Seconds since GO to px; nothing is drawn outside of the plot. */
  x: (s: number) => number;
  y: (value: number) => number;
  /** Height of the type, px. */
  typePx: number;
}

export interface FrameInput {
  /** Of all the chart, px. */
  width: number;
  height: number;
  axisWidth: number;
  axisHeight: number;
  typePx: number;
  /** Ends of the axes. */
  endS: number;
  top: number;
}

/** Room for the words of the marks above the plot, and for half a word at the end of its axis. */
const ABOVE_PX = 26;
const AFTER_PX = 12;

/** Null where there is no room for a plot. */
export function frameOf(input: FrameInput): Frame | null {
  const { width, height, axisWidth, axisHeight, typePx, endS } = input;
  const [left, right] = [axisWidth, width - AFTER_PX];
  const [top, bottom] = [ABOVE_PX, height - axisHeight];
  if (right <= left || bottom <= top) return null;
  return {
    left,
    right,
    top,
    bottom,
    x: linearWithin({ from: 0, to: endS }, { from: left, to: right }),
    y: linearWithin({ from: 0, to: input.top }, { from: bottom, to: top }),
    typePx,
  };
}
